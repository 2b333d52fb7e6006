/// Quotes, expansions, line ends and words that only look special. See `CaseTable`.
let lexicalTable1 = CaseTable(
  ###"""
  bash exact   rm :: a=1⏎⏎⏎#c⏎rm x
  sh   exact   rm :: a=1⏎⏎⏎#c⏎rm x
  bash exact   rm :: if⏎:⏎then⏎rm x⏎fi
  sh   exact   rm :: if⏎:⏎then⏎rm x⏎fi
  bash exact   rm :: while⏎!⏎false⏎do rm x; break; done
  sh   refused - :: while⏎!⏎false⏎do rm x; break; done
  bash exact   rm :: { ⏎ rm x⏎ }
  sh   exact   rm :: { ⏎ rm x⏎ }
  bash exact   rm :: (⏎rm x⏎)
  sh   exact   rm :: (⏎rm x⏎)
  bash exact   rm :: case x in⏎#c⏎x)⏎#d⏎rm x⏎;;⏎esac
  sh   exact   rm :: case x in⏎#c⏎x)⏎#d⏎rm x⏎;;⏎esac
  bash exact   rm¦f :: f()⏎#c⏎{⏎rm x⏎}⏎f
  sh   exact   rm¦f :: f()⏎#c⏎{⏎rm x⏎}⏎f
  bash exact   rm :: for x in a \⏎b; do rm $x; done
  sh   exact   rm :: for x in a \⏎b; do rm $x; done
  bash exact   rm¦k01 :: rm x # \⏎k01
  sh   exact   rm¦k01 :: rm x # \⏎k01
  bash exact   rm¦k01 :: rm x;#\⏎k01
  sh   exact   rm¦k01 :: rm x;#\⏎k01
  bash exact   rm :: echo "a\⏎b"; rm x
  sh   exact   rm :: echo "a\⏎b"; rm x
  bash exact   rm :: echo 'a\⏎b'; rm x
  sh   exact   rm :: echo 'a\⏎b'; rm x
  bash exact   rm :: echo $(echo a \⏎); rm x
  sh   exact   rm :: echo $(echo a \⏎); rm x
  bash exact   rm :: echo `echo a \⏎`; rm x
  sh   exact   rm :: echo `echo a \⏎`; rm x
  bash exact   rm :: echo "`echo "a"`"; rm x
  sh   exact   rm :: echo "`echo "a"`"; rm x
  bash exact   rm :: echo "`echo \"a\"`"; rm x
  sh   exact   rm :: echo "`echo \"a\"`"; rm x
  bash exact   rm :: echo "`echo 'a\"b'`"; rm x
  sh   exact   rm :: echo "`echo 'a\"b'`"; rm x
  bash refused - :: echo `echo "a\\`rm x\\`"`
  sh   refused - :: echo `echo "a\\`rm x\\`"`
  bash refused - :: echo `echo '\\`rm x\\`'`
  sh   refused - :: echo `echo '\\`rm x\\`'`
  bash exact   - :: echo `echo \\\\`rm x\\\\``
  sh   exact   - :: echo `echo \\\\`rm x\\\\``
  bash exact   rm :: echo `echo \$(rm x)`
  sh   exact   rm :: echo `echo \$(rm x)`
  bash refused - :: echo `echo \\$(rm x)`
  sh   refused - :: echo `echo \\$(rm x)`
  bash exact   rm :: echo "`echo \$(rm x)`"
  sh   exact   rm :: echo "`echo \$(rm x)`"
  bash exact   - :: echo "`echo '\$(rm x)'`"
  sh   exact   - :: echo "`echo '\$(rm x)'`"
  bash exact   rm :: echo `echo "\$(rm x)"`
  sh   exact   rm :: echo `echo "\$(rm x)"`
  bash exact   rm :: echo "$(echo "a \" b")"; rm x
  sh   exact   rm :: echo "$(echo "a \" b")"; rm x
  bash exact   rm :: echo "${U:-"a b"}"; rm x
  sh   exact   rm :: echo "${U:-"a b"}"; rm x
  bash exact   rm :: echo "${U:-a\"b}"; rm x
  sh   exact   rm :: echo "${U:-a\"b}"; rm x
  bash exact   rm :: echo ${U:-a\ b}; rm x
  sh   exact   rm :: echo ${U:-a\ b}; rm x
  bash exact   rm :: echo ${U:-"a}b"}; rm x
  sh   exact   rm :: echo ${U:-"a}b"}; rm x
  bash exact   - :: echo ${U:-a;rm x}
  sh   exact   - :: echo ${U:-a;rm x}
  bash exact   - :: echo ${U:-a&rm x}
  sh   exact   - :: echo ${U:-a&rm x}
  bash exact   - :: echo ${U:-(rm x)}
  sh   exact   - :: echo ${U:-(rm x)}
  bash exact   rm :: echo ${U:-#}; rm x
  sh   exact   rm :: echo ${U:-#}; rm x
  bash exact   rm :: echo ${U:- #}; rm x
  sh   exact   rm :: echo ${U:- #}; rm x
  bash exact   rm :: echo ${U:-⏎#}; rm x
  sh   exact   rm :: echo ${U:-⏎#}; rm x
  bash exact   rm :: echo ${#}${U#}; rm x
  sh   exact   rm :: echo ${#}${U#}; rm x
  bash exact   rm :: echo ${##}; rm x
  sh   exact   rm :: echo ${##}; rm x
  bash exact   rm :: echo ${#-}; rm x
  sh   exact   rm :: echo ${#-}; rm x
  bash exact   rm :: echo ${#:-x}; rm x
  sh   exact   rm :: echo ${#:-x}; rm x
  bash exact   rm :: echo ${#?}; rm x
  sh   exact   rm :: echo ${#?}; rm x
  bash exact   rm :: echo ${-}${?}${$}${!}${@}${*}; rm x
  sh   exact   rm :: echo ${-}${?}${$}${!}${@}${*}; rm x
  bash exact   rm :: echo ${1}${10}${1:-a}; rm x
  sh   exact   rm :: echo ${1}${10}${1:-a}; rm x
  bash exact   rm :: echo ${@:-a}; rm x
  sh   exact   rm :: echo ${@:-a}; rm x
  bash exact   rm :: echo ${@:1:2}${*:1}; rm x
  bash exact   rm :: echo ${U:(-1)}; rm x
  bash exact   rm :: echo ${U: -1:$(rm x)1}
  bash exact   rm :: echo ${U:$((1))}; rm x
  bash exact   rm :: echo ${U/a/$(rm x)}
  bash exact   rm :: U=a; echo ${U/a/$(rm x)}
  bash exact   rm :: U=a; echo ${U/$(rm x)/b}
  bash exact   rm :: U=a; echo ${U//\//-}; rm x
  bash exact   rm :: U=a; echo "${U//\}/-}"; rm x
  bash exact   rm :: U=a; echo "${U//"}"/-}"; rm x
  bash exact   rm :: U=a; echo "${U//'}'/-}"; rm x
  bash exact   rm :: U=a; echo "${U//\"/-}"; rm x
  bash exact   rm :: U=a; echo "${U//\'/-}"; rm x #'
  bash exact   rm :: U=a; echo "${U//$'\n'/-}"; rm x
  bash exact   rm :: U=a; echo ${U//$'}'/-}; rm x
  bash exact   rm :: U=a; echo "${U^^[a-z]}"; rm x
  bash exact   rm :: U=a; echo "${U@Q}${U@U}${U@a}"; rm x
  bash exact   rm :: U=a; echo "${!U}${!U*}${!U@}${!U[@]}"; rm x
  bash exact   rm :: echo "${!U:-$(rm x)}"
  bash exact   rm :: a=(1); echo "${a[@]:0:1}${#a[@]}${!a[@]}${a[@]/x/y}"; rm x
  bash exact   rm :: a=(1); echo "${a[$(rm x)0]}"
  bash exact   rm :: a=(1); echo "${a["0"]}"; rm x
  bash exact   rm :: a=(1); echo "${a[ 0 ]}"; rm x
  bash exact   rm :: declare -A a; echo "${a[x y]}${a["]"]}"; rm x
  bash exact   rm :: declare -A a; a[x y]=1; rm x
  bash exact   rm :: declare -A a; a["x]"]=1; rm x
  bash exact   rm :: declare -A a; a[']']=1; rm x
  bash exact   rm :: a[0]=1 rm x
  bash exact   rm :: a[1]+=2; rm x
  bash exact   rm :: a+=(b c); rm x
  bash refused - :: a=(
  bash exact   rm :: a=(b "c d" $(rm x))
  bash exact   rm :: a=([0]=b [1]="c d" [$(rm x)2]=e)
  bash exact   rm :: a=(b) c=(d); rm x
  bash exact   rm :: local a=(b); rm x
  bash exact   rm :: declare -a a=(b $(rm x))
  bash exact   rm :: export a=(b) ; rm x
  bash refused - :: a=(b)rm x
  bash refused - :: a=()rm x
  bash exact   rm :: a=(b) rm x
  bash refused - :: a=b(c)
  bash refused - :: a= (rm x)
  bash refused - :: a = (rm x)
  bash exact   rm :: echo $"a $(rm x)"
  bash exact   - :: echo $'a $(rm x)'
  bash exact   rm :: echo "$'a'"; rm x
  bash exact   rm :: echo "$"; rm x
  bash exact   rm :: echo $; rm x
  bash exact   rm :: echo "$"a; rm x
  bash exact   rm :: echo "$"; rm x
  sh   exact   rm :: echo "$"; rm x
  bash exact   rm :: echo $; rm x
  sh   exact   rm :: echo $; rm x
  bash exact   rm :: echo a$; rm x
  sh   exact   rm :: echo a$; rm x
  bash exact   rm :: echo $\a; rm x
  sh   exact   rm :: echo $\a; rm x
  bash exact   rm :: echo $ a; rm x
  sh   exact   rm :: echo $ a; rm x
  bash exact   rm :: echo "a$"b$; rm x
  sh   exact   rm :: echo "a$"b$; rm x
  bash exact   rm :: echo $%; rm x
  sh   exact   rm :: echo $%; rm x
  bash exact   rm :: echo $=; rm x
  sh   exact   rm :: echo $=; rm x
  bash exact   rm :: echo $/; rm x
  sh   exact   rm :: echo $/; rm x
  bash exact   rm :: echo $.; rm x
  sh   exact   rm :: echo $.; rm x
  bash exact   rm :: echo $,; rm x
  sh   exact   rm :: echo $,; rm x
  bash exact   rm :: echo $]; rm x
  sh   exact   rm :: echo $]; rm x
  bash exact   rm :: echo $}; rm x
  sh   exact   rm :: echo $}; rm x
  bash exact   rm :: echo $~; rm x
  sh   exact   rm :: echo $~; rm x
  bash exact   rm :: echo $+; rm x
  sh   exact   rm :: echo $+; rm x
  bash exact   rm :: echo $^; rm x
  sh   exact   rm :: echo $^; rm x
  bash exact   rm :: echo $é; rm x
  sh   exact   rm :: echo $é; rm x
  bash exact   rm :: echo {; rm x
  sh   exact   rm :: echo {; rm x
  bash exact   rm :: echo }; rm x
  sh   exact   rm :: echo }; rm x
  bash exact   rm :: echo !; rm x
  sh   exact   rm :: echo !; rm x
  """###)
