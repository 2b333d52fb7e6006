/// Every construct of the grammar, with a program where only a right reading finds it. See `CaseTable`.
let grammarTable3 = CaseTable(
  ###"""
  bash dynamic - :: <(k01) rm x
  bash dynamic - :: k01<(rm x)
  bash exact   rm¦k01 :: k01 2<(rm x)
  bash exact   rm¦k01 :: k01 >(rm x)
  bash exact   rm¦k02 :: >f<(rm x) k02
  bash exact   rm¦k01 :: k01 a<(rm x)b
  bash dynamic - :: ${U:-<(rm x)}
  bash dynamic - :: "${U:-<(rm x)}"
  bash exact   rm :: [[ -n <(rm x) ]]
  bash exact   rm :: [[ $(rm x) ]]
  bash exact   rm :: [[ a == $(rm x) ]]
  bash exact   rm :: [[ a =~ $(rm x) ]]
  bash refused - :: [[ a =~ (a b|$(rm x)) ]]
  bash exact   rm :: [[ a =~ [[:space:]] ]] || rm x
  bash exact   rm :: [[ ! ( a && b ) ]] || rm x
  bash exact   rm :: [[ a ]]&&rm x
  bash exact   rm :: [[ a && ! b || c ]] || rm x
  bash exact   rm :: [[ a == @(a|b) ]] && rm x
  bash exact   rm :: [[ a != !(a|$(rm x)) ]]
  bash exact   rm :: [[ -f a && ( -n b || -z "c d" ) ]] || rm x
  bash exact   rm :: [[ a⏎&& b⏎]] && rm x
  bash exact   rm :: [[ "a]]" ]] && rm x
  bash exact   rm :: [[ a < b ]] && rm x
  bash exact   rm :: [[ a -nt b ]] || rm x
  bash refused - :: [[ a ]] ]] ; rm x
  bash exact   rm :: (( a = 1, b = 2 )) && rm x
  bash exact   rm :: ((1))&&rm x
  bash exact   rm :: (( (1) + (2) )) && rm x
  bash exact   rm :: (( a < b )) || rm x
  bash exact   rm :: (( $(rm x) 1 ))
  bash exact   rm :: (( `rm x` 1 ))
  bash exact   rm :: (( a[$(rm x)] ))
  bash exact   rm :: let a=$(rm x)1
  bash exact   rm :: echo $[ $(rm x)1 ]
  bash exact   rm :: echo $[ 1 + 1 ]; rm x
  bash exact   rm :: echo $((`rm x`1))
  bash exact   rm¦k01 :: for ((i=$(rm x)0;i<1;i++)); do k01; done
  bash exact   rm :: for ((i=0;i<1;i++))⏎do rm x; done
  bash exact   rm :: for ((;;)) { rm x; break; }
  bash exact   rm :: select i in a; do rm x; break; done <<< 1
  bash exact   rm :: select i in $(rm x); do break; done <<< 1
  bash exact   rm :: coproc rm x
  bash exact   rm :: coproc N { rm x; }
  bash exact   rm :: coproc { rm x; }
  bash exact   rm :: coproc (rm x)
  bash exact   rm :: coproc N (rm x)
  bash exact   rm :: coproc while rm x; do break; done
  bash exact   N :: coproc N rm x
  bash exact   rm¦f :: function f { rm x; }; f
  bash exact   rm¦f :: function f() { rm x; }; f
  bash exact   rm¦f :: function f⏎{ rm x; }; f
  bash exact   rm¦f :: function f (rm x); f
  bash exact   rm¦f :: function f if :; then rm x; fi; f
  sh   refused - :: function f { rm x; }; f
  bash exact   rm :: time rm x
  bash exact   rm :: time -p rm x
  bash exact   rm :: time -- rm x
  bash exact   rm :: time -p -- rm x
  bash exact   rm :: time ! rm x
  bash exact   rm :: time time rm x
  bash exact   rm :: time { rm x; }
  bash exact   rm :: time (rm x)
  bash exact   rm :: time⏎rm x
  bash exact   rm :: time; rm x
  bash exact   rm :: ! time -p rm x
  sh   exact   time¦rm :: time rm x
  bash refused - :: |& rm x
  bash exact   k01¦rm :: k01 |& rm x
  bash exact   k01¦rm :: k01 |rm x
  bash exact   k01¦rm :: k01 |⏎ rm x
  """###)
