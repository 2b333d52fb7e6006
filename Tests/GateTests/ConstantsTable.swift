/// Variables whose value is certain, and all the ways in which it is not. See `CaseTable`.
let constantsTable = CaseTable(
  ###"""
  bash dynamic - :: X=rm; Y=$X; $Y y
  bash dynamic - :: X=rm; Y=X; ${!Y} y
  bash exact   rm y :: X='rm y'; "$X"
  bash dynamic - :: X='rm'; X+=' y'; $X
  bash dynamic - :: X=r; ${X}m y
  bash dynamic - :: X=r Y=m; $X$Y y
  bash dynamic - :: X=rm; sh -c '$X y'
  bash dynamic - :: export X=rm; sh -c '$X y'
  bash dynamic - :: X=rm; export X; sh -c '$X y'
  bash dynamic - :: X=rm; eval '$X y'
  bash exact   rm¦f :: X=rm; f() { $X y; }; f
  bash dynamic - :: f() { $X y; }; X=rm; f
  bash dynamic - :: f() { $X y; }; X=ls; f; X=rm; f
  bash dynamic - :: X=ls; f() { $X y; }; X=rm f
  bash dynamic - :: X=ls; f() { $X y; }; g() { local X=rm; f; }; g
  bash dynamic - :: X=ls; while :; do $X y; X=rm; [ -e /tmp/q ] && break; > /tmp/q; done
  bash dynamic - :: X=ls; for i in 1 2; do $X y; X=rm; done
  bash exact   ls¦rm :: X=ls; $X y; X=rm; $X y
  bash dynamic - :: X=ls; true && X=rm; $X y
  bash dynamic - :: X=ls; true || X=rm; $X y
  bash dynamic - :: X=ls | X=rm; $X y
  bash dynamic - :: X=ls & $X y
  bash exact   ls :: X=ls; { X=rm; } & $X y
  bash exact   rm :: X=ls; ! X=rm; $X y
  bash exact   rm :: X=ls; time X=rm; $X y
  bash exact   rm :: X=ls; X=rm >/dev/null; $X y
  bash exact   rm :: X=ls; X=rm 2>&1 </dev/null; $X y
  bash dynamic - :: X=ls; X=(rm); $X y
  bash dynamic - :: X=ls; X[0]=rm; $X y
  bash dynamic - :: declare -A X; X=ls; X[0]=rm; $X y
  bash dynamic - :: X=ls; unset X; $X rm y
  bash exact   rm :: X=; $X rm y
  bash exact   rm :: X=' '; $X rm y
  bash exact    :: X=''; "$X" rm y
  bash dynamic - :: X=ls; readonly X; X=rm; $X y
  bash dynamic - :: declare -u X; X=rm; $X y
  bash dynamic - :: declare -l X; X=RM; $X y
  bash dynamic - :: declare -i X; X=1+1; $X y
  bash dynamic - :: typeset -l X=RM; $X y
  bash dynamic - :: X=*; $X y
  bash exact   $(rm :: X='$(rm y)'; $X
  bash exact   `rm :: X='`rm y`'; $X
  bash exact   a;rm :: X='a;rm y'; $X
  bash dynamic - :: X='a;rm y'; eval $X
  bash exact   sudo¦rm :: X='sudo rm'; $X y
  bash exact   sh¦rm :: X='sh -c'; $X 'rm y'
  bash exact   env¦rm :: X='env A=1'; $X rm y
  bash dynamic - :: X='eval'; $X 'rm y'
  bash dynamic - :: X='exec'; $X rm y
  bash dynamic - :: X='command'; $X rm y
  bash dynamic - :: X='trap'; $X 'rm y' EXIT
  bash dynamic - :: X='.'; $X /dev/stdin <<< 'rm y'
  bash dynamic - :: X='X=rm'; $X; $X y
  bash dynamic - :: X='export PATH=/x'; $X; ls
  bash exact   PATH=/x :: X='PATH=/x'; $X ls
  bash exact   if :: X='if'; $X rm y
  bash exact   { :: X='{'; $X rm y
  bash exact   ! :: X='!'; $X rm y
  bash exact   time¦rm :: X='time'; $X rm y
  bash exact   rm :: X='rm #'; $X y
  bash exact   >f :: X='>f rm'; $X y
  bash exact   \rm :: X='\rm'; $X y
  bash exact   "rm" :: X='"rm"'; $X y
  bash exact   ~/rm :: X='~/rm'; $X y
  bash exact   {rm,ls} :: X='{rm,ls}'; $X y
  bash exact   rm :: X="rm⇥y"; $X
  bash exact   rm :: X="rm⏎y"; $X
  bash dynamic - :: IFS=x; X=rmxy; $X
  bash dynamic - :: IFS=; X='rm y'; $X
  bash dynamic - :: export IFS=x; X=rmxy; $X
  bash dynamic - :: declare IFS=x; X=rmxy; $X
  bash dynamic - :: f() { IFS=x; }; f; X=rmxy; $X
  bash dynamic - :: IFS=x read a <<< rmxb; $a
  bash dynamic - :: IFS=x eval 'X=rmxy; $X'
  bash dynamic - :: IFS=x : ; X=rmxy; $X
  sh   dynamic - :: IFS=x : ; X=rmxy; $X
  sh   dynamic - :: IFS=x; X=rmxy; $X
  sh   dynamic - :: X=ls; X=rm export Y; $X y
  sh   dynamic - :: X=ls; X=rm :; $X y
  sh   dynamic - :: X=ls; X=rm true; $X y
  sh   dynamic - :: X=ls; X=rm eval :; $X y
  sh   dynamic - :: X=ls; X=rm . /dev/null; $X y
  sh   dynamic - :: X=ls; f() { :; }; X=rm f; $X y
  bash dynamic - :: X=ls; X=rm export X; $X y
  bash dynamic - :: X=ls; X=rm readonly X; $X y
  bash dynamic - :: X=ls; X=rm declare X; $X y
  bash dynamic - :: X=ls; X=rm eval :; $X y
  bash dynamic - :: X=ls; X=rm . /dev/null; $X y
  bash dynamic - :: X=ls; f() { X=z; export X; }; X=rm f; $X y
  bash dynamic - :: X=ls; X=rm exec; $X y
  bash dynamic - :: X=ls; X=rm set -- a; $X y
  bash dynamic - :: X=ls; set -o posix; X=rm :; $X y
  bash dynamic - :: X=ls; wait -p X; $X y
  bash dynamic - :: X=ls; let 'X=5'; $X y
  bash dynamic - :: X=ls; echo $((X=5)); $X y
  bash dynamic - :: X=ls; a[X=5]=1; $X y
  bash dynamic - :: X=ls; echo ${a[X=5]}; $X y
  bash exact   ls :: X=ls; echo ${Y:X=5}; $X y
  bash dynamic - :: X=ls; [[ X=5 -eq 5 ]]; $X y
  bash dynamic - :: X=ls; Y='X=5'; ((Y)); $X y
  bash dynamic - :: X=ls; Y='X=5'; [[ Y -eq 1 ]]; $X y
  bash dynamic - :: X=ls; declare -i Y='X=5'; $X y
  bash dynamic - :: X=ls; printf %n X; $X y
  bash exact   ls :: X=ls; cd /; $X y
  bash dynamic - :: X=ls; exec {X}</dev/null; $X y
  bash exact   ls :: X=ls; compgen -V X -c rm; $X y
  bash dynamic - :: X=ls; . <(echo X=rm); $X y
  bash dynamic - :: X=ls; unset -n X; $X y
  bash dynamic - :: declare -n X=Y; X=ls; Y=rm; $X y
  bash dynamic - :: declare -n X=Y; Y=ls; X=rm; $Y y
  bash dynamic - :: local -n X=Y; X=ls; $X y
  bash dynamic - :: f() { local -n R=$1; R=rm; }; X=ls; f X; $X y
  bash dynamic - :: f() { read "$1" <<< rm; }; X=ls; f X; $X y
  bash dynamic - :: f() { printf -v "$1" rm; }; X=ls; f X; $X y
  bash dynamic - :: f() { eval "$1=rm"; }; X=ls; f X; $X y
  bash dynamic - :: f() { declare -g X=rm; }; X=ls; f; $X y
  bash dynamic - :: f() { X=rm; }; X=ls; f; $X y
  bash dynamic - :: f() { X=rm; }; X=ls; (f); $X y
  bash dynamic - :: f() { X=rm; }; X=ls; x=$(f); $X y
  bash exact   f¦ls :: f() ( X=rm ); X=ls; f; $X y
  bash exact   f¦ls :: (f() { X=rm; }; f); X=ls; $X y
  bash dynamic - :: trap 'X=rm' DEBUG; X=ls; $X y
  bash exact   ls :: (trap 'X=rm' DEBUG); X=ls; $X y
  bash exact   ls :: X=ls; coproc { X=rm; }; $X y
  bash exact   cat¦ls :: X=ls; cat <(X=rm); $X y
  bash dynamic - :: X=ls; select X in rm; do break; done <<< 1; $X y
  bash dynamic - :: X=ls; case a in a) X=rm;; esac; $X y
  bash dynamic - :: X=ls; if X=rm; then :; fi; $X y
  bash dynamic - :: X=ls; until X=rm; do :; done; $X y
  bash dynamic - :: X=ls; a=(${X:=rm}); $X y
  bash dynamic - :: unset X; X=${Y-rm}; $X y
  bash dynamic - :: X=ls; alias foo='X=rm'; foo; $X y
  bash dynamic - :: _=rm; $_ y
  bash dynamic - :: k01 rm; $_ y
  bash dynamic - :: HISTCMD=ls; $HISTCMD y
  bash dynamic - :: PPID=ls; $PPID y
  bash dynamic - :: BASHPID=ls; $BASHPID y
  bash dynamic - :: DIRSTACK=ls; $DIRSTACK y
  bash exact   rm :: HOSTNAME=rm; $HOSTNAME y
  bash dynamic - :: OPTARG=rm; getopts a x -a; $OPTARG y
  bash dynamic - :: PWD=rm; cd /; $PWD y
  bash dynamic - :: SHLVL=ls; $SHLVL y
  bash dynamic - :: COLUMNS=ls; $COLUMNS y
  bash dynamic - :: set -- ls; $1 y
  bash dynamic - :: set -u; X=rm; $X y
  bash dynamic - :: set -f; X=rm; $X y
  bash exact   rm :: X=rm;$X y
  bash exact   rm :: X=rm;"$X" y;X=ls
  bash exact   rm¦cat :: X=rm; cat <<< "$($X y)"
  bash exact   rm¦cat :: X=rm; cat <<E⏎$($X y)⏎E
  bash exact   rm :: X=rm; echo `$X y`
  bash exact   rm :: X=rm; ( $X y )
  bash exact   rm :: X=rm; $X y &
  bash exact   rm¦k01 :: X=rm; $X y | k01
  bash exact   k01¦rm :: X=rm; k01 | $X y
  bash exact   k01¦rm :: X=rm; k01 && $X y
  bash exact   rm :: X=rm; if $X y; then :; fi
  bash exact   /bin/rm :: X=/bin/rm; $X y
  bash exact   ./rm :: X=./rm; $X y
  bash dynamic - :: D=/bin; $D/rm y
  bash dynamic - :: D=/bin; "$D/rm" y
  bash dynamic - :: "${D:-/bin}/rm" y
  bash dynamic - :: "$HOME/rm" y
  bash dynamic - :: $HOME/rm y
  bash exact   ~/rm :: ~/rm y
  bash dynamic - :: ./"$U"rm y
  bash dynamic - :: /bin/$U/rm y
  bash exact   sudo¦rm :: X=rm; sudo $X y
  bash exact   env¦rm :: X=rm; env A=1 $X y
  bash exact   find¦rm :: X=rm; find . -maxdepth 0 -exec $X {} +
  bash exact   sh¦rm :: X=rm; sh -c "$X y"
  bash dynamic - :: X=rm; trap "$X y" EXIT
  bash dynamic - :: X=rm; eval "$X y"
  bash exact   rm :: X="a b"; rm $X
  bash dynamic - :: find . -maxdepth 0 -e`k04`xec sh -c 'rm "$1"' _ {} \;
  bash dynamic - :: find . "-e$X" rm {} \;
  bash dynamic - :: bash -e"$X" 'rm x'
  bash dynamic - :: perl -w"$X" 'system("rm")'
  bash exact perl :: perl -I"$X" f.pl
  bash exact awk :: awk -F"$X" '{print $1}' f
  bash exact make :: make -j"$N"
  bash dynamic - :: declare -i n='a[$(rm x)]'`k04`
  bash exact k04 :: declare n=`k04`
  bash exact k04 :: export n=a`k04`b
  """###)
