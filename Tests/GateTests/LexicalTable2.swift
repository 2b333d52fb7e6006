/// Quotes, expansions, line ends and words that only look special. See `CaseTable`.
let lexicalTable2 = CaseTable(
  ###"""
  bash exact   rm :: echo if then; rm x
  sh   exact   rm :: echo if then; rm x
  bash exact   rm :: echo a=b; rm x
  sh   exact   rm :: echo a=b; rm x
  bash exact   - :: echo a=b c=d rm
  sh   exact   - :: echo a=b c=d rm
  bash exact   rm :: echo [[ ]]; rm x
  sh   exact   rm :: echo [[ ]]; rm x
  bash exact   rm :: echo time; rm x
  sh   exact   rm :: echo time; rm x
  bash exact   rm :: echo function; rm x
  sh   exact   rm :: echo function; rm x
  bash exact   rm :: echo \(a\); rm x
  sh   exact   rm :: echo \(a\); rm x
  bash exact   rm :: test a = b -o \( c \); rm x
  sh   exact   rm :: test a = b -o \( c \); rm x
  bash exact   rm :: [ a ] && rm x
  sh   exact   rm :: [ a ] && rm x
  bash exact   rm :: [ "a" = "$(rm x)" ]
  sh   exact   rm :: [ "a" = "$(rm x)" ]
  bash exact   rm :: [ a -o b ] || rm x
  sh   exact   rm :: [ a -o b ] || rm x
  bash exact   .¦rm :: . /dev/null; rm x
  sh   exact   .¦rm :: . /dev/null; rm x
  bash exact   rm :: : $(rm x)
  sh   exact   rm :: : $(rm x)
  bash exact   rm :: : ${U:=$(rm x)}
  sh   exact   rm :: : ${U:=$(rm x)}
  bash exact   rm :: : ${U?$(rm x)}
  sh   exact   rm :: : ${U?$(rm x)}
  bash exact   rm :: : >f$(rm x)
  sh   exact   rm :: : >f$(rm x)
  bash exact   rm :: : <<<a; rm x
  sh   refused - :: : <<<a; rm x
  bash exact   rm :: : 2>&1 >/dev/null; rm x
  sh   exact   rm :: : 2>&1 >/dev/null; rm x
  bash exact   rm :: exec >/dev/null; rm x
  sh   exact   rm :: exec >/dev/null; rm x
  bash exact   rm :: exec 3>&1; rm x
  sh   exact   rm :: exec 3>&1; rm x
  bash exact   rm :: exit; rm x
  sh   exact   rm :: exit; rm x
  bash exact   rm :: return 2>/dev/null; rm x
  sh   exact   rm :: return 2>/dev/null; rm x
  bash exact   rm :: false || exit; rm x
  sh   exact   rm :: false || exit; rm x
  bash exact   rm :: set -e; false; rm x
  sh   exact   rm :: set -e; false; rm x
  bash exact   rm :: set -n; rm x
  sh   exact   rm :: set -n; rm x
  bash exact   rm :: set -v; rm x
  sh   exact   rm :: set -v; rm x
  bash exact   rm :: ulimit -n 10; rm x
  sh   exact   rm :: ulimit -n 10; rm x
  bash exact   rm :: umask 022; rm x
  sh   exact   rm :: umask 022; rm x
  bash exact   rm :: cd / && rm x
  sh   exact   rm :: cd / && rm x
  bash exact   ./bin/rm :: cd /; ./bin/rm x
  sh   exact   ./bin/rm :: cd /; ./bin/rm x
  bash exact   rm :: export A=b; rm x
  sh   exact   rm :: export A=b; rm x
  bash exact   rm :: export A B; rm x
  sh   exact   rm :: export A B; rm x
  bash exact   rm :: readonly A=b; rm x
  sh   exact   rm :: readonly A=b; rm x
  bash exact   rm :: unset A; rm x
  sh   exact   rm :: unset A; rm x
  bash exact   rm :: shift; rm x
  sh   exact   rm :: shift; rm x
  bash exact   rm :: getopts a b; rm x
  sh   exact   rm :: getopts a b; rm x
  bash exact   rm :: while getopts ab o; do rm x; done
  sh   exact   rm :: while getopts ab o; do rm x; done
  bash exact   rm :: set -- -a; while getopts ab o; do rm x; done
  sh   exact   rm :: set -- -a; while getopts ab o; do rm x; done
  bash exact   rm :: read a </dev/null; rm x
  sh   exact   rm :: read a </dev/null; rm x
  bash exact   rm :: wait; rm x
  sh   exact   rm :: wait; rm x
  bash exact   rm :: jobs; rm x
  sh   exact   rm :: jobs; rm x
  bash exact   kill¦rm :: kill -0 $$; rm x
  sh   exact   kill¦rm :: kill -0 $$; rm x
  bash exact   rm :: trap; rm x
  sh   exact   rm :: trap; rm x
  bash exact   rm :: trap - INT; rm x
  sh   exact   rm :: trap - INT; rm x
  bash exact   rm :: trap '' INT; rm x
  sh   exact   rm :: trap '' INT; rm x
  bash exact   rm :: trap : INT; rm x
  sh   exact   rm :: trap : INT; rm x
  bash exact   rm :: times; rm x
  sh   exact   rm :: times; rm x
  bash exact   rm :: type rm; rm x
  sh   exact   rm :: type rm; rm x
  bash exact   rm :: command -v rm && rm x
  sh   exact   rm :: command -v rm && rm x
  bash exact   rm :: command -V rm; rm x
  sh   exact   rm :: command -V rm; rm x
  bash exact   rm :: hash; rm x
  sh   exact   rm :: hash; rm x
  bash exact   rm :: alias; rm x
  sh   exact   rm :: alias; rm x
  bash exact   rm :: printf '%s\n' "$(rm x)"
  sh   exact   rm :: printf '%s\n' "$(rm x)"
  bash exact   rm :: printf "a\n" | rm x
  sh   exact   rm :: printf "a\n" | rm x
  bash exact   rm :: echo a | (read b; rm $b)
  sh   exact   rm :: echo a | (read b; rm $b)
  bash exact   rm :: echo a | { read b; rm $b; }
  sh   exact   rm :: echo a | { read b; rm $b; }
  bash exact   rm :: echo a | while read b; do rm $b; done
  sh   exact   rm :: echo a | while read b; do rm $b; done
  bash exact   yes¦head¦rm :: yes | head -1 | rm x
  sh   exact   yes¦head¦rm :: yes | head -1 | rm x
  bash exact   rm :: rm x || true
  sh   exact   rm :: rm x || true
  bash exact   rm :: rm x && echo a || echo b
  sh   exact   rm :: rm x && echo a || echo b
  bash exact   rm :: ! rm x && echo a
  sh   exact   rm :: ! rm x && echo a
  bash refused - :: rm x; } 
  sh   refused - :: rm x; } 
  bash refused - :: rm x; )
  sh   refused - :: rm x; )
  bash refused - :: rm x; fi
  sh   refused - :: rm x; fi
  bash refused - :: rm x; done
  sh   refused - :: rm x; done
  bash refused - :: rm x; ;;
  sh   refused - :: rm x; ;;
  bash refused - :: rm x; esac
  sh   refused - :: rm x; esac
  bash refused - :: rm x⏎if
  sh   refused - :: rm x⏎if
  bash refused - :: rm x⏎'
  sh   refused - :: rm x⏎'
  bash refused - :: rm x⏎"
  sh   refused - :: rm x⏎"
  bash refused - :: rm x⏎$(
  sh   refused - :: rm x⏎$(
  bash refused - :: rm x⏎<<E
  sh   refused - :: rm x⏎<<E
  bash exact   rm¦\ :: rm x⏎\
  sh   exact   rm¦\ :: rm x⏎\
  bash exact   rm :: echo {a,b}{c,d}; rm x
  bash exact   rm :: echo {1..3} {a..c} {01..3}; rm x
  bash exact   rm :: echo {a,b; rm x
  bash exact   rm :: echo a,b}; rm x
  bash exact   rm :: echo {a,{b,c}}; rm x
  bash exact   rm :: echo {}; rm x
  bash exact   rm :: echo {a}; rm x
  bash exact   k01 :: {k01,k02}
  bash exact   k01 :: {k01,-a}
  bash exact   k01 :: k0{1,2} x
  bash exact   1 :: {1..2}
  bash exact   k01 :: k0{1..3}
  bash dynamic - :: k{00..02}
  bash exact   k01 :: k{0,1}{1,2}
  bash exact   k01 :: "k0"{1,2}
  bash exact   k01 :: k0{1,'2'}
  bash exact   k05¦k01 :: k0{1,$(k05)}
  bash exact   k01, :: {k01,k02},
  bash exact   k01 :: {k01,k02} k03
  bash dynamic - :: ${U}{k01,k02}
  bash exact   k01 :: k01{,} x
  bash exact   k01 :: {k01,k02}{,x}
  bash dynamic - :: X={k01,k02}; $X
  bash exact   k01 :: eval {k01,k02}
  bash exact   k01 :: eval k01\ {a,b}
  bash exact   sudo¦k01 :: sudo {k01,k02}
  bash exact   env¦k01 :: env {A=1,k01} x
  bash exact   sh¦k01 :: sh -c {k01,k02}
  bash exact   sh¦k01 :: sh {-c,k01}
  bash exact   sh¦rm :: sh {-c,'rm x'}
  bash exact   find :: find . -maxdepth 0 {-exec,rm,{},\;}
  bash exact   nice¦rm :: nice {-n,5,rm}
  """###)
