/// Texts that went past an earlier state of the gate, or that were written to. See `CaseTable`.
let evasionsTable1 = CaseTable(
  ###"""
  bash dynamic - :: X=rm,y; for IFS in ,; do $X; done
  bash dynamic - :: for PATH in /tmp/x; do ls; done
  bash dynamic - :: read PATH <<< /tmp; ls
  bash dynamic - :: printf -v PATH /tmp/evil; ls
  bash dynamic - :: X=ls; printf -vX rm; $X y
  bash dynamic - :: X=ls; read -aX <<< rm; $X y
  bash dynamic - :: X=ls; read -raX <<< rm; $X y
  bash dynamic - :: : rm; _=ls; $_ y
  bash dynamic - :: RANDOM=ls; $RANDOM y
  bash dynamic - :: SECONDS=ls; $SECONDS y
  bash dynamic - :: UID=ls; $UID y
  bash exact   eval¦rm :: (eval() { :; }); eval 'rm x'
  bash exact   sudo¦rm :: false && sudo() { :; }; sudo rm x
  bash exact   sh¦rm :: (sh() { :; }); sh -c 'rm x'
  bash exact   env¦rm :: (env() { :; }); env rm x
  bash dynamic - :: echo 'rm x' >/tmp/q; exec 5</tmp/q; sh <<< 'ls' <&5
  bash exact   sh¦rm :: echo 'rm x' | sh 3<<< 'ls'
  bash dynamic - :: echo 'rm x' > /tmp/f; sh 3<<E </tmp/f⏎ls⏎E
  sh   exact   sh¦rm :: echo 'rm x' | sh 3<<E⏎ls⏎E
  bash dynamic - :: BASH_CMDS[ls]=/bin/rm; ls x
  bash dynamic - :: POSIXLY_CORRECT=1; echo a
  bash dynamic - :: POSIXLY_CORRECT=1⏎echo "${X:-'}"; rm x #'}"
  bash dynamic - :: shopt -so posix⏎echo "${X:-'}"; rm x #'}"
  bash dynamic - :: shopt -s -o posix⏎echo "${X:-'}"; rm x #'}"
  bash dynamic - :: declare -a 'x=($(rm x))'
  bash dynamic - :: x=(); declare 'x=($(rm x))'
  bash dynamic - :: f() { local -a 'x=($(rm x))'; }; f
  bash dynamic - :: readonly -a 'x=($(rm x))'
  bash dynamic - :: export 'x=($(rm x))'
  bash dynamic - :: typeset -A 'x=([a]=$(rm x))'
  bash dynamic - :: source <(echo rm x)
  bash dynamic - :: . <(echo rm x)
  bash refused - :: false && echo ${a[}; rm x; #]}
  bash refused - :: false && echo "${a[}"; rm x; #]}"
  sh   refused - :: false && echo $(( '1)); rm x #'))
  sh   refused - :: false && echo $(( "1)); rm x #"))
  sh   exact   rm :: echo "${x#'"'}"; rm x; echo "${y#'"'}"
  sh   exact   rm :: echo "${x%'"'}"; rm x; echo "${y%'"'}"
  bash exact   rm :: echo "${x#'"'}"; rm x; echo "${y#'"'}"
  bash exact   rm :: echo "${x:-'"'}"; rm x; echo "${y:-'"'}"
  sh   refused - :: echo "${x:-'"'}"; rm x; echo "${y:-'"'}"
  sh   exact   10 :: 10>f rm x
  bash exact   rm :: 10>f rm x
  bash exact   99999999999999999999 :: 99999999999999999999>f rm x
  bash exact   2147483648 :: 2147483648>f rm x
  bash exact   cat¦rm¦E :: echo `cat <<'E'⏎E\⏎⏎rm x⏎E⏎`
  sh   exact   cat¦rm¦E :: echo `cat <<'E'⏎E\⏎⏎rm x⏎E⏎`
  bash dynamic - :: `#a\⏎rm x⏎`
  bash dynamic - :: "${x//'$(rm x)'/}"
  bash exact   - :: x=a; echo "${x//'$(rm x)'/}"
  bash exact   - :: x=a; echo "${x^'$(rm x)'}"
  bash exact   - :: x=a; echo "${x#'$(rm x)'}"
  bash exact   rm :: x=abc; echo "${x:'$(rm x)'}"
  bash exact   rm :: x=abc; echo "${x:-"'$(rm x)'"}"
  bash exact   rm :: echo "${x:-'$(rm x)'}"
  bash dynamic - :: set -- rm x; x=@; "${!x}"
  bash dynamic - :: r{m},} x
  bash dynamic - :: {rm,x}} y
  bash dynamic - :: {a}{rm,x} y
  bash exact   rm :: r{m,}{,} x
  bash exact   rm :: {{rm,x},y} z
  bash exact   rm :: {rm,$X} z
  bash exact   rm :: {r,"r"}m x
  bash exact   rm,x :: {rm\,x,ls}
  bash dynamic - :: {rm..x}
  bash exact   rm :: r{m..m}  x
  bash exact   rm :: {,rm} x
  bash exact   rm :: {"rm",x} y
  bash exact   r{m,n} :: r{"m,n"} x
  bash refused - :: eval a=(1)" rm x"
  bash dynamic - :: eval a=(1) rm x
  bash dynamic - :: eval x a=('$(rm x)')
  bash dynamic - :: let a=('$(rm x)')
  bash dynamic - :: set -k; env A=1 PATH=/tmp ls
  bash dynamic - :: bash -O extglob -c '!(rm)'
  bash refused - :: bash -O extglob -c 'echo !(a|b)'
  bash dynamic - :: bash --posix -c 'echo "${X:-'"'"'}"; rm x #'"'"'}"'
  bash dynamic - :: awk 'BEGIN { print /"/; system("rm x") #"' 
  bash dynamic - :: awk 'BEGIN { print /"/; system("rm x") }#"'
  bash dynamic - :: awk 'BEGIN { "r" "m x" | getline }'
  bash dynamic - :: awk 'BEGIN { x = "rm x"; x | getline }'
  bash dynamic - :: awk 'BEGIN { printf "rm x" | "sh" }'
  bash exact   sed¦rm :: sed --e='1e rm x' /etc/hostname
  bash exact   sed¦rm :: sed --ex '1e rm x' /etc/hostname
  bash exact   sed¦rm :: sed --line-length 5 '1e rm x' /etc/hostname
  bash dynamic - :: sed -n '/[/]/e rm x' /etc/hostname
  bash dynamic - :: sed '\,a[,]b, p;1e rm x' /etc/hostname
  bash exact   sed¦rm :: sed 's/a/b/;1e rm x' /etc/hostname
  bash exact   sed¦rm :: sed '/x/!{;};1e rm x' /etc/hostname
  bash dynamic - :: sed 's/[/]/x/;1e rm x;#/' /etc/hostname
  bash exact   sed¦rm :: sed 'y/abc/\n\n\n/;1e rm x' /etc/hostname
  bash exact   sed¦rm :: sed 'l;1e rm x' /etc/hostname
  bash exact   sed¦ls¦rm :: sed -e 'b x;1e ls' -e ':x;1e rm x' /etc/hostname
  bash exact   sed¦rm :: sed '1{s/a/b/};1e rm x' /etc/hostname
  bash dynamic - :: sed '1s/^.*$/rm x/e' /etc/hostname
  bash dynamic - :: sed -s -E -e 's/(.*)/rm x/ge' /etc/hostname
  bash dynamic - :: sed 's/.*/rm x/Ie' /etc/hostname
  bash dynamic - :: sed 's/.*/rm x/;e' /etc/hostname
  bash exact   sed :: sed 's,.*,rm x,w /dev/stdout' /etc/hostname
  bash exact   tar¦rm :: tar cIf 'rm x' out.tar /etc/hostname
  bash exact   tar¦rm :: tar cf out.tar --checkpoint=1 --checkpoint-ac=exec='rm x' /etc/hostname
  bash exact   tar¦rm :: tar -c -f out.tar --use-comp='rm x' /etc/hostname
  bash exact   runuser¦rm :: runuser -u root rm x
  bash exact   runuser¦rm :: runuser -c 'rm x'
  bash dynamic - :: command F=$X y
  bash exact   env¦command¦rm :: env command rm x
  bash refused - :: a[1@ + 1]x=1; rm x
  bash exact   bash¦rm :: bash rm x
  bash exact   rm :: time rm x
  bash refused - :: a | time rm x
  bash exact   rm :: ! time rm x
  bash refused - :: coproc time rm x
  bash refused - :: echo $(( $(case a in a) rm x;; esac) 1 ))
  bash exact   rm :: echo $(( (1 ) + $(rm x) 1 ))
  bash exact   rm¦a :: echo $((rm x); (a))
  bash exact   rm :: echo $((rm x) )
  bash exact   rm¦a :: ((rm x); a)
  bash exact   rm :: (( 1 )) && rm x
  bash exact   env¦rm :: env -S'rm x'
  bash exact   find¦env¦rm :: find . -maxdepth 0 -exec env rm {} +
  bash dynamic - :: python3 -W ignore -c 'import os; os.system("rm x")'
  bash dynamic - :: perl -I lib -e 'system("rm x")'
  bash dynamic - :: printf 'rm x' | sh
  bash dynamic - :: printf '%s\n' 'rm x' | bash
  bash dynamic - :: sh -o posix -c 'rm x'
  bash exact   sh¦rm :: sh -eo pipefail -c 'rm x'
  bash exact   bash¦rm :: bash -oo pipefail errexit -c 'rm x'
  bash exact   bash¦rm :: bash -Oo extglob errexit -c 'rm x'
  bash exact   bash¦rm :: bash +O extglob -c 'rm x'
  bash exact   sh¦rm :: sh -c -- 'rm x'
  bash exact   sh :: sh -- -c 'rm x'
  bash exact   rm :: exec -a x -- rm x
  bash exact   rm :: exec -ax rm x
  bash exact   rm :: trap rm\ x EXIT
  bash exact   rm :: trap -- 'rm x' EXIT
  bash exact   rm :: mapfile -C rm -c 1 <<< a
  bash exact   rm :: mapfile -Crm -c1 <<< a
  bash exact   rm :: readarray -tC 'rm x' -c 1 v <<< a
  bash dynamic - :: compgen -W '$(rm x)' a
  bash dynamic - :: [[ -v a['$(rm x)'] ]]
  bash dynamic - :: [[ 'a[$(rm x)]' -eq 0 ]]
  bash dynamic - :: x='a[$(rm x)]'; [ -v "$x" ]
  bash dynamic - :: x='a[$(rm x)]'; test -v "$x"
  bash dynamic - :: x='a[$(rm x)]'; unset "$x"
  bash dynamic - :: x='a[$(rm x)]'; echo $((x))
  bash dynamic - :: x='a[$(rm x)]'; echo ${y:x}
  bash dynamic - :: x='a[$(rm x)]'; y=(1); echo ${y[x]}
  bash dynamic - :: x='a[$(rm x)]'; y[x]=1
  bash dynamic - :: x='a[$(rm x)]'; declare -i z=x
  bash dynamic - :: declare -i z; z='a[$(rm x)]'
  bash dynamic - :: x='a[$(rm x)]'; for ((;x;)); do break; done
  bash dynamic - :: x='a[$(rm x)]'; printf -v "$x" y
  bash dynamic - :: x='a[$(rm x)]'; read "$x" <<< y
  bash dynamic - :: x='a[$(rm x)]'; getopts a "$x" -a
  bash dynamic - :: x='a[$(rm x)]'; wait -p "$x" -n
  bash dynamic - :: x='$(rm x)'; echo ${x@P}
  bash dynamic - :: x='a[$(rm x)]'; echo ${!x}
  bash dynamic - :: declare -n r='a[$(rm x)]'; r=1
  bash dynamic - :: declare -n r='a[$(rm x)]'; echo $r
  bash dynamic - :: x='a[$(rm x)]'; declare -n r=x; echo $((r))
  bash dynamic - :: x='$(rm x)'; a=(1); echo $((a[$x]))
  bash dynamic - :: x='$(rm x)'; declare -A a; a[$x]=1; echo $((a[$x]))
  bash dynamic - :: x='$(rm x)'; declare -A a; a[$x]=1; unset a[$x]
  bash dynamic - :: x='$(rm x)'; declare -A a; a[$x]=1; [[ -v a[$x] ]]
  bash dynamic - :: x='$(rm x)'; a[$x]=1
  bash dynamic - :: test -v 'a[$(rm x)]'
  bash dynamic - :: echo 'rm x' > f; . ./f
  bash dynamic - :: echo 'rm x' > f; sh < f
  bash dynamic - :: cp /bin/rm ls; ./ls x
  bash dynamic - :: ln -s /bin/rm zz; ./zz x
  """###)
