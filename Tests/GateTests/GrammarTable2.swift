/// Every construct of the grammar, with a program where only a right reading finds it. See `CaseTable`.
let grammarTable2 = CaseTable(
  ###"""
  bash exact   rm :: { { rm x; } }
  sh   exact   rm :: { { rm x; } }
  bash exact   rm :: { (rm x) }
  sh   exact   rm :: { (rm x) }
  bash exact   rm :: {(rm x);}
  sh   exact   rm :: {(rm x);}
  bash exact   rm :: ({ rm x; })
  sh   exact   rm :: ({ rm x; })
  bash exact   rm :: ( (rm x) )
  sh   exact   rm :: ( (rm x) )
  bash exact   rm :: (( rm x ) )
  sh   exact   rm :: (( rm x ) )
  bash exact   - :: ((rm x))
  sh   exact   rm :: ((rm x))
  bash dynamic - :: $((rm x))
  sh   dynamic - :: $((rm x))
  bash dynamic - :: $( (rm x) )
  sh   dynamic - :: $( (rm x) )
  bash exact   rm¦k01 :: if :;then rm x;else k01;fi
  sh   exact   rm¦k01 :: if :;then rm x;else k01;fi
  bash exact   k01¦rm :: if :;then k01;elif rm x;then :;fi
  sh   exact   k01¦rm :: if :;then k01;elif rm x;then :;fi
  bash exact   rm :: until rm x;do :;done
  sh   exact   rm :: until rm x;do :;done
  bash exact   rm :: rm x&
  sh   exact   rm :: rm x&
  bash exact   rm¦k01 :: rm x&k01
  sh   exact   rm¦k01 :: rm x&k01
  bash exact   rm¦k01¦k02¦k03 :: rm x;k01&&k02||k03
  sh   exact   rm¦k01¦k02¦k03 :: rm x;k01&&k02||k03
  bash exact   rm¦k01 :: rm x|⏎k01
  sh   exact   rm¦k01 :: rm x|⏎k01
  bash exact   rm¦k01 :: rm x &&⏎⏎# c⏎k01
  sh   exact   rm¦k01 :: rm x &&⏎⏎# c⏎k01
  bash exact   rm :: r\m x
  sh   exact   rm :: r\m x
  bash exact   rm :: "r"'m' x
  sh   exact   rm :: "r"'m' x
  bash dynamic - :: r"$U"m x
  sh   dynamic - :: r"$U"m x
  bash dynamic - :: r${U}m x
  sh   dynamic - :: r${U}m x
  bash dynamic - :: ${U}rm x
  sh   dynamic - :: ${U}rm x
  bash dynamic - :: $U rm x
  sh   dynamic - :: $U rm x
  bash dynamic - :: "$U" rm x
  sh   dynamic - :: "$U" rm x
  bash exact    :: "" rm x
  sh   exact    :: "" rm x
  bash exact   rm :: $'rm' x
  sh   exact   $rm :: $'rm' x
  bash exact   rm :: $"rm" x
  sh   exact   $rm :: $"rm" x
  bash exact   rm :: $'\x72m' x
  bash exact   rm :: $'\u0072m' x
  bash exact   r :: $'r\0m' x
  bash exact   rm :: $'\162\155' x
  bash refused - :: $'r\cm' x
  bash exact   rm :: r$'m'"" x
  bash refused - :: $'\x{72}m' x
  bash exact   rm :: $'rm\x00zzz' x
  bash exact   rm\ :: rm\
  sh   exact   rm\ :: rm\
  bash exact   rm :: rm \⏎ x
  sh   exact   rm :: rm \⏎ x
  bash exact   rm :: rm\⏎ x
  sh   exact   rm :: rm\⏎ x
  bash exact   rm :: r\⏎m x
  sh   exact   rm :: r\⏎m x
  bash exact   rm :: # a\⏎rm x
  sh   exact   rm :: # a\⏎rm x
  bash exact   k01¦rm :: k01 # a\⏎rm x
  sh   exact   k01¦rm :: k01 # a\⏎rm x
  bash exact   k01 :: k01 "#" rm x
  sh   exact   k01 :: k01 "#" rm x
  bash exact   k01¦rm :: k01 a#b;rm x
  sh   exact   k01¦rm :: k01 a#b;rm x
  bash exact   k01¦rm :: k01 \#b;rm x
  sh   exact   k01¦rm :: k01 \#b;rm x
  bash exact   k01¦rm :: k01 ''#b;rm x
  sh   exact   k01¦rm :: k01 ''#b;rm x
  bash exact   k01 :: (k01)#b;rm x
  sh   exact   k01 :: (k01)#b;rm x
  bash exact   k01 :: k01;#b;rm x
  sh   exact   k01 :: k01;#b;rm x
  bash exact   k01 :: k01 &#b;rm x
  sh   exact   k01 :: k01 &#b;rm x
  bash exact   k01¦rm :: k01 `#b`;rm x
  sh   exact   k01¦rm :: k01 `#b`;rm x
  bash exact   k01¦rm :: k01 $(#b⏎);rm x
  sh   exact   k01¦rm :: k01 $(#b⏎);rm x
  bash exact   k01¦rm :: k01 $(#b)⏎);rm x
  sh   exact   k01¦rm :: k01 $(#b)⏎);rm x
  bash exact   k01¦rm :: k01 ${#};rm x
  sh   exact   k01¦rm :: k01 ${#};rm x
  bash exact   k01¦rm :: k01 ${#U};rm x
  sh   exact   k01¦rm :: k01 ${#U};rm x
  bash exact   k01¦rm :: k01 $#;rm x
  sh   exact   k01¦rm :: k01 $#;rm x
  bash exact   k01¦rm :: k01 "$#";rm x
  sh   exact   k01¦rm :: k01 "$#";rm x
  bash exact   k01¦rm :: k01 ${U#a};rm x
  sh   exact   k01¦rm :: k01 ${U#a};rm x
  bash exact   k01¦rm :: k01 ${U##a};rm x
  sh   exact   k01¦rm :: k01 ${U##a};rm x
  bash refused - :: k01 >#b⏎rm x
  sh   refused - :: k01 >#b⏎rm x
  bash exact   rm :: X=1 rm x
  sh   exact   rm :: X=1 rm x
  bash exact   k01¦rm :: X=1 Y=$(k01) rm x
  sh   exact   k01¦rm :: X=1 Y=$(k01) rm x
  bash exact   rm :: X= rm x
  sh   exact   rm :: X= rm x
  bash exact   rm :: X=$(rm x)
  sh   exact   rm :: X=$(rm x)
  bash exact   rm¦k01 :: X=`rm x` k01
  sh   exact   rm¦k01 :: X=`rm x` k01
  bash exact   1X=2 :: 1X=2 rm x
  sh   exact   1X=2 :: 1X=2 rm x
  bash exact   X-Y=2 :: X-Y=2 rm x
  sh   exact   X-Y=2 :: X-Y=2 rm x
  bash exact   X=2 :: X\=2 rm x
  sh   exact   X=2 :: X\=2 rm x
  bash exact   X=2 :: "X"=2 rm x
  sh   exact   X=2 :: "X"=2 rm x
  bash exact   X=2 :: X"="2 rm x
  sh   exact   X=2 :: X"="2 rm x
  bash exact   =2 :: =2 rm x
  sh   exact   =2 :: =2 rm x
  bash exact   rm :: X+=2 rm x
  bash exact   rm :: X[0]=2 rm x
  bash exact   rm :: X[0]+=2 rm x
  sh   exact   X+=2 :: X+=2 rm x
  sh   dynamic - :: X[0]=2 rm x
  bash exact   k01 :: X=(rm x) k01
  bash dynamic - :: X=(a b); "${X[@]}" rm
  bash dynamic - :: X=(rm x); "${X[@]}"
  bash dynamic - :: X=(rm x); ${X[0]} y
  bash exact   rm :: X=([$(rm x)0]=1)
  bash dynamic - :: X=([a]=rm [b]=x); $X
  bash refused - :: X=(a #c
  bash exact   rm :: 2>f rm x
  sh   exact   rm :: 2>f rm x
  bash exact   rm :: >f rm x
  sh   exact   rm :: >f rm x
  bash exact   rm :: <>f rm x
  sh   exact   rm :: <>f rm x
  bash exact   rm :: >|f rm x
  sh   exact   rm :: >|f rm x
  bash exact   rm :: 2>&1 rm x
  sh   exact   rm :: 2>&1 rm x
  bash exact   rm :: >&2 rm x
  sh   exact   rm :: >&2 rm x
  bash exact   rm :: <&- rm x
  sh   exact   rm :: <&- rm x
  bash exact   rm :: &>f rm x
  sh   refused - :: &>f rm x
  bash exact   rm :: &>>f rm x
  bash exact   rm :: >&f rm x
  bash exact   rm :: {fd}>f rm x
  sh   exact   {fd} :: {fd}>f rm x
  bash exact   {1} :: {1}>f rm x
  bash exact   {a-b} :: {a-b}>f rm x
  bash exact   2{fd} :: 2{fd}>f rm x
  bash exact   2 :: 2 >f rm x
  sh   exact   2 :: 2 >f rm x
  bash exact   a2 :: a2>f rm x
  sh   exact   a2 :: a2>f rm x
  bash exact   rm :: <<<x rm x
  """###)
