/// Wrappers, built-ins, functions, variables that change what names run. See `CaseTable`.
let builtinsTable1 = CaseTable(
  ###"""
  bash dynamic - :: parallel echo {} ';' rm ::: x
  bash dynamic - :: parallel 'rm {}' ::: x
  bash exact   nice¦rm :: nice -n 5 -- rm x
  bash exact   nice¦rm :: nice --adjustment 5 rm x
  bash exact   nice¦rm :: nice -- rm x
  bash exact   nohup¦rm :: nohup -- rm x
  bash exact   timeout¦rm :: timeout --signal=KILL 5 rm x
  bash exact   timeout¦rm :: timeout --sig KILL 5 rm x
  bash exact   timeout¦rm :: timeout -v 5 rm x
  bash exact   timeout¦rm :: timeout -p 5 rm x
  bash exact   stdbuf¦rm :: stdbuf -oL -eL rm x
  bash exact   stdbuf¦rm :: stdbuf -o L rm x
  bash exact   env¦rm :: env -u A -C / rm x
  bash exact   env¦rm :: env --unset=A -i rm x
  bash exact   env¦rm :: env -S 'A=1 rm x'
  bash exact   env¦rm :: env -S '-u A rm x'
  bash exact   env¦rm :: env -S "rm 'a b'" c
  bash dynamic - :: env -S 'rm\tx'
  bash dynamic - :: env -S 'rm\nx'
  bash dynamic - :: env -S 'rm\cx' y
  bash dynamic - :: env -S'rm' -S'x'
  bash exact   env¦rm :: env -i -S 'rm x'
  bash exact   env¦rm :: env -vS 'rm x'
  bash exact   env¦rm :: env - A=1 rm x
  bash exact   env¦-i :: env A=1 -i rm x
  bash exact   env¦rm :: env -- A=1 rm x
  bash exact   env¦rm :: env A=1 env B=2 rm x
  bash exact   env¦k01 :: env -u rm k01 x
  bash exact   env¦rm :: env =x rm y
  bash exact   env¦rm :: env a-b=1 rm x
  bash exact   env¦rm :: env 'a b=1' rm x
  bash exact   xargs¦rm :: xargs -a /etc/hostname rm
  bash exact   xargs¦rm :: xargs -a/etc/hostname rm
  bash exact   xargs¦rm :: xargs -I X rm X < /etc/hostname
  bash exact   xargs¦rm :: xargs -IX rm X < /etc/hostname
  bash exact   xargs¦rm :: xargs -I{} -- rm {} < /etc/hostname
  bash exact   xargs¦rm :: xargs -i rm {} < /etc/hostname
  bash exact   xargs¦rm :: xargs -iX rm X < /etc/hostname
  bash exact   xargs¦rm :: xargs --replace rm {} < /etc/hostname
  bash exact   xargs¦rm :: xargs --replace=X rm X < /etc/hostname
  bash exact   xargs¦rm :: xargs -l rm < /etc/hostname
  bash exact   xargs¦rm :: xargs -l1 rm < /etc/hostname
  bash exact   xargs¦rm :: xargs -e rm < /etc/hostname
  bash exact   xargs¦rm :: xargs -eE rm < /etc/hostname
  bash exact   xargs¦rm :: xargs --eof rm < /etc/hostname
  bash exact   xargs¦rm :: xargs -d '\n' rm < /etc/hostname
  bash exact   xargs¦rm :: xargs -0r rm < /etc/hostname
  bash exact   xargs¦rm :: xargs -n1 -P 2 -t rm < /etc/hostname
  bash exact   xargs¦rm :: xargs --max-lines rm < /etc/hostname
  bash exact   xargs¦rm :: xargs --max-lines=1 rm < /etc/hostname
  bash exact   xargs¦rm :: xargs --process-slot-var=X rm < /etc/hostname
  bash exact   xargs¦rm :: xargs --process-slot-var X rm < /etc/hostname
  bash exact   xargs¦rm :: xargs -s 1000 rm < /etc/hostname
  bash exact   xargs :: xargs < /etc/hostname
  bash exact   xargs¦{} :: echo rm | xargs -I{} {} x
  bash dynamic - :: echo rm x | xargs env
  bash dynamic - :: echo rm x | xargs nice
  bash dynamic - :: echo 'rm x' | xargs -I{} sh -c {}
  bash dynamic - :: echo 'rm x' | xargs -d'\n' sh -c
  bash exact   find¦rm¦k01 :: find . -maxdepth 0 -exec rm {} \; -exec k01 {} \;
  bash exact   find¦k01¦rm :: find . -maxdepth 0 -exec k01 {} + -exec rm {} +
  bash exact   find¦k01¦rm :: find . -maxdepth 0 -exec k01 + {} \; -exec rm {} \;
  bash exact   find¦k01¦rm :: find . -maxdepth 0 -exec k01 \; -exec rm \;
  bash exact   find¦rm :: find . -maxdepth 0 \( -exec rm {} \; \)
  bash exact   find¦rm :: find . -maxdepth 0 ! -exec rm {} \;
  bash exact   find¦rm :: find . -maxdepth 0 -o -exec rm {} \;
  bash exact   find¦rm :: find . -maxdepth 0 -execdir rm {} \;
  bash exact   find¦sh¦rm :: find . -maxdepth 0 -exec sh -c 'rm x' \;
  bash dynamic - :: find . -maxdepth 0 -exec sh -c 'rm {}' \;
  bash exact   find¦nice¦rm :: find . -maxdepth 0 -exec nice rm {} \;
  bash dynamic - :: find . -maxdepth 0 -exec "$X" {} \;
  bash exact   find¦rm :: find . -maxdepth 0 -ok rm {} \; < /dev/null
  bash exact   find¦rm :: X='-exec rm {} +'; find . -maxdepth 0 $X
  bash dynamic - :: find . -name -exec -exec rm {} \;
  bash exact   find¦rm :: find . -maxdepth 0 -printf '%p' -exec rm {} \;
  bash exact   sh¦rm :: sh -c 'rm "$0"' x
  bash dynamic - :: sh -c '"$0" x' rm
  bash dynamic - :: sh -c '$0 x' rm
  bash dynamic - :: sh -c '"$@"' _ rm x
  bash dynamic - :: sh -c 'exec "$@"' _ rm x
  bash dynamic - :: sh -c 'eval "$1"' _ 'rm x'
  bash exact   sh¦rm :: sh -xc 'rm x'
  bash exact   sh¦rm :: sh -c -x 'rm x'
  bash exact   sh¦rm :: sh +x -c 'rm x'
  bash exact   sh¦rm :: sh -c -o errexit 'rm x'
  bash exact   sh¦rm :: sh -o errexit -c 'rm x'
  bash exact   bash¦rm :: bash --norc -c 'rm x'
  bash exact   bash¦rm :: bash --noprofile --norc -ec 'rm x'
  bash exact   bash¦rm :: bash -c 'rm x' --norc
  bash dynamic - :: bash --init-file /dev/null -c 'rm x'
  bash dynamic - :: bash --rcfile /dev/null -c 'rm x'
  bash exact   bash¦rm :: bash -euxo pipefail -c 'rm x'
  bash exact   bash¦rm :: bash -o pipefail -ec 'rm x'
  bash exact   bash¦rm :: bash -lic 'rm x'
  bash dynamic - :: bash -c "rm x; $X"
  bash exact   bash¦rm¦x :: bash -c $'rm\nx'
  bash exact   bash¦rm :: bash -s <<< 'rm x'
  bash exact   bash¦rm :: bash <<< 'rm x'
  bash exact   bash¦rm :: bash - <<< 'rm x'
  bash exact   bash¦rm :: bash /dev/stdin <<< 'rm x'
  bash exact   bash¦rm :: bash /dev/fd/0 <<< 'rm x'
  bash exact   bash¦rm :: bash /proc/self/fd/0 <<< 'rm x'
  bash exact   bash¦rm :: bash <<'E'⏎rm x⏎E
  bash dynamic - :: bash <<E⏎rm $X⏎E
  bash exact   bash¦rm :: bash -s a b <<'E'⏎rm $1⏎E
  bash exact   sh¦rm :: sh -e <<'E'⏎rm x⏎E
  bash dynamic - :: cat <<'E' | sh⏎rm x⏎E
  bash dynamic - :: echo 'rm x' | tee /dev/null | sh
  bash exact   sh¦rm :: echo rm x | sh -
  bash dynamic - :: echo -n 'rm x' | sh
  bash dynamic - :: echo -e 'rm\tx' | sh
  sh   dynamic - :: echo 'rm\tx' | sh
  bash dynamic - :: (echo rm x) | sh
  bash dynamic - :: { echo rm x; } | sh
  bash dynamic - :: sh < <(echo rm x)
  bash dynamic - :: sh <(echo rm x)
  bash dynamic - :: . <(echo rm x)
  bash exact   .¦rm :: . /dev/fd/0 <<< 'rm x'
  bash exact   .¦rm :: source /dev/stdin <<< 'rm x'
  bash exact   .¦rm :: . /proc/self/fd/0 <<< 'rm x'
  bash exact   .¦rm :: echo 'rm x' | . /dev/stdin
  bash exact   .¦rm :: echo 'rm x' | source /dev/fd/0
  bash exact   sh¦rm :: exec sh -c 'rm x'
  bash exact   env¦rm :: exec env rm x
  bash exact   nice¦rm :: exec nice -n 5 rm x
  bash exact   rm :: exec -c rm x
  bash exact   rm :: exec -lc rm x
  bash exact   env¦rm :: exec -- env rm x
  bash exact   rm :: exec 3>f rm x
  bash exact   rm :: command -- rm x
  bash exact   rm :: command -p rm x
  bash exact   rm :: command -p -- rm x
  bash exact   env¦rm :: command env rm x
  bash exact   sh¦rm :: command sh -c 'rm x'
  bash exact   rm :: command exec rm x
  bash exact   rm :: command command -p rm x
  bash exact   .¦rm :: command . /dev/stdin <<< 'rm x'
  bash exact   rm :: builtin exec rm x
  bash exact   rm :: builtin eval 'rm x'
  bash exact   rm :: builtin command rm x
  bash exact   rm :: builtin builtin eval 'rm x'
  bash exact   .¦rm :: builtin . /dev/stdin <<< 'rm x'
  bash exact   rm :: builtin trap 'rm x' EXIT
  bash exact   rm :: command trap 'rm x' EXIT
  bash exact   rm :: eval -- 'rm x'
  bash exact   rm :: eval 'eval "rm x"'
  bash exact   rm :: eval "eval 'eval \"rm x\"'"
  bash exact   rm :: eval eval eval rm x
  bash exact   rm :: eval 'rm' "x"
  bash dynamic - :: eval 'X=rm'; $X y
  bash dynamic - :: eval "$X" rm
  bash exact   rm¦f :: eval 'f() { rm x; }'; f
  bash dynamic - :: eval 'alias a=rm'; a x
  bash exact   rm :: eval '' rm x
  bash exact   - :: eval '#' 'rm x'
  bash exact   rm :: eval '#⏎' 'rm x'
  bash exact   rm¦x :: eval "rm⏎x"
  bash exact   rm x :: eval \'rm x\'
  bash exact   rm :: eval 'a="b'  'c"; rm x'
  bash dynamic - :: eval `echo rm x`
  bash dynamic - :: eval $(echo rm x)
  bash dynamic - :: eval "$(echo rm x)"
  bash exact   rm :: eval rm\ x
  bash exact   rm :: trap 'rm x' EXIT
  bash exact   rm :: trap 'rm x' 0 2 3
  bash exact   rm :: trap 'rm x' ERR; false
  bash exact   rm :: trap 'rm x' DEBUG; :
  bash dynamic - :: trap "rm $X" EXIT
  bash exact   rm :: trap rm EXIT
  bash exact   rm¦f :: f() { rm x; }; trap f EXIT
  """###)
