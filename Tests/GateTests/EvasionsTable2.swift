/// Texts that went past an earlier state of the gate, or that were written to. See `CaseTable`.
let evasionsTable2 = CaseTable(
  ###"""
  bash dynamic - :: ln -s /bin/rm zz; PATH=.:$PATH; zz x
  bash dynamic - :: tee f <<< 'rm x' >/dev/null; sh f
  bash dynamic - :: X=rm; unset X; X=ls; $X
  bash dynamic - :: X=ls; f() { X=rm; }; $X; f; $X
  bash dynamic - :: X=ls; (X=rm; $X a); $X
  bash dynamic - :: X=ls; X=rm $X y
  bash exact   rm :: X=ls; { X=rm; } ; $X y
  bash dynamic - :: X=ls; if :; then X=rm; fi; $X y
  bash dynamic - :: X=ls; export X=rm; $X y
  bash dynamic - :: X=ls; : ${X:=rm}; $X y
  bash dynamic - :: X=; : ${X:=rm}; $X y
  bash dynamic - :: X=ls; ((X=1)); $X y
  bash dynamic - :: X=ls; select X in rm; do $X y; break; done <<< 1
  bash dynamic - :: X=ls; coproc X { :; }; $X y
  bash dynamic - :: X=ls; exec {X}>f; $X y
  bash dynamic - :: X=ls; trap 'X=rm' DEBUG; $X y
  bash dynamic - :: X=ls; set -- X; read $1 <<< rm; $X y
  bash dynamic - :: X=ls; declare -n R=X; R=rm; $X y
  bash dynamic - :: X=ls; C=read; $C X <<< rm; $X y
  bash dynamic - :: X=ls; eval X=rm; $X y
  bash dynamic - :: X=ls; command eval X=rm; $X y
  bash dynamic - :: X=ls; \eval X=rm; $X y
  bash dynamic - :: X=ls; 'ev'al X=rm; $X y
  bash dynamic - :: X=ls; time eval X=rm; $X y
  bash dynamic - :: X=ls; . /dev/stdin <<< X=rm; $X y
  bash dynamic - :: X=ls; mapfile X <<< rm; $X y
  bash dynamic - :: X=ls; while read X; do $X y; done <<< rm
  bash dynamic - :: X=ls; for X in rm; do $X y; done
  bash dynamic - :: X=ls; getopts r X -r; $X y
  bash dynamic - :: X=ls; shopt -s lastpipe; echo rm | read X; $X y
  bash refused - :: echo "${X:-"$\(rm x)"}"
  bash refused - :: echo "${X:-"$"(rm x)}"
  bash refused - :: echo "${X:-$"a$"$$(rm x)}"
  bash refused - :: echo "a${X:-b${Q:-"$"$$(rm x)}}"
  bash refused - :: cat <<E⏎${X:-$""(rm x)}⏎E
  bash refused - :: echo "${X:-'$""(rm x)'}"
  bash exact   - :: echo "${X:-"a b"}" "${X:-"$Y"}" "${X:-\$}"
  bash exact   rm :: echo "${X:-"$(rm x)"}"
  bash dynamic - :: {.r..r}m x
  bash dynamic - :: find . -maxdepth 0 $@'-exec' rm {} +
  bash dynamic - :: source $@/dev/stdin <<< 'rm x'
  bash dynamic - :: . xargs -E eof rm
  sh   dynamic - :: . lib; f
  sh   dynamic - :: X=rm; X=ls <:{; $X y
  bash dynamic - :: X=rm; X=ls <nofile; $X y
  bash dynamic - :: X=rm; { X=ls; } <nofile; $X y
  bash dynamic - :: [[ -\⏎v 'a[|$(rm x)]' ]]
  """###)
