/// Programs that start others, and what must not be mistaken for that. See `CaseTable`.
let programsTable1 = CaseTable(
  ###"""
  bash dynamic - :: git ls-remote --upl$(k05)oad-pack='rmx' .
  bash exact   tar¦rm :: tar cf x.tar /etc/hostname; X='rm x'; Y=1; Y=2; tar xf x.tar --to-command="$X"
  bash dynamic - :: read X <<< 'rm x'; tar cf x.tar /etc/hostname; tar xf x.tar --to-command="$X"
  bash dynamic - :: read X <<< 'rm x'; split -n1 --filter="$X" /etc/hostname
  bash dynamic - :: read X <<< 'rm'; sort --compress-program=$X /etc/hostname
  bash dynamic - :: read X <<< 'rm x'; env -S"$X"
  bash dynamic - :: read X <<< 'rm x'; su -c"$X"
  bash dynamic - :: read X <<< 'rm x'; git -c alias.z="!$X" z
  bash dynamic - :: read X <<< '!rm x'; git -c alias.z="$X" z
  bash dynamic - :: read X <<< 'rm x'; git -c "core.pager=$X" -p log
  bash dynamic - :: read X <<< 'rm x'; tar cf x.tar /etc/hostname --checkpoint=1 --checkpoint-action="exec=$X"
  bash dynamic - :: read X <<< 'exec=rm x'; tar cf x.tar /etc/hostname --checkpoint=1 --checkpoint-action="$X"
  bash dynamic - :: read X <<< '1e rm x'; sed --expression="$X" /etc/hostname
  bash dynamic - :: read X <<< '1e rm x'; sed -e"$X" /etc/hostname
  bash dynamic - :: read X <<< 'BEGIN{system("rm x")}'; awk "y=1;$X"
  bash dynamic - :: read X <<< 'c'; bash -$X 'rm x'
  bash dynamic - :: read X <<< 'c'; bash -e$X 'rm x'
  bash dynamic - :: read X <<< 'X'; echo 'rm x' | xargs -I"$X" sh -c X
  bash exact   nproc¦make :: make -j$(nproc)
  bash exact   git :: git commit -m"$MSG"
  bash exact   tar :: tar -C"$D" -xf a.tar
  bash exact   git :: git log --since="$X"
  bash exact   curl :: curl -o "$X" --header="A: $B" u
  bash dynamic - :: . /dev/fd/3 3<<< 'rm x'
  bash dynamic - :: bash /dev/fd/3 3<<< 'rm x'
  bash dynamic - :: exec 3<<< 'rm x'; bash /dev/fd/3
  bash dynamic - :: exec <<< 'rm x'; bash
  bash dynamic - :: exec < <(echo rm x); sh
  bash dynamic - :: coproc { echo rm x; }; sh <&${COPROC[0]}
  bash dynamic - :: { sh; } <<< 'rm x'
  bash dynamic - :: while read -r l; do $l; done <<< 'rm x'
  bash dynamic - :: sh -c 'sh' <<< 'rm x'
  bash refused - :: sh -c "sh <<< 'rm x'"
  bash exact   busybox¦sh¦rm :: busybox sh -c 'rm x'
  bash exact   busybox¦rm :: busybox rm x
  bash exact   /bin/busybox¦env¦rm :: /bin/busybox env rm x
  bash dynamic - :: python3 -c 'import os; os.system("rm x")'
  bash dynamic - :: python3 -Ic 'import os; os.system("rm x")'
  bash dynamic - :: python3 - <<< 'import os; os.system("rm x")'
  bash dynamic - :: python3 <<< 'import os; os.system("rm x")'
  bash dynamic - :: echo 'import os; os.system("rm x")' | python3
  bash dynamic - :: python3 /dev/stdin <<< 'import os; os.system("rm x")'
  bash dynamic - :: python3 -X dev -c 'import os; os.system("rm x")'
  bash dynamic - :: python3 -Wignore -c 'import os; os.system("rm x")'
  bash dynamic - :: perl -e 'system("rm x")'
  bash dynamic - :: perl -we 'system("rm x")'
  bash dynamic - :: perl -ne 'system("rm x")' /etc/hostname
  bash dynamic - :: perl -0777 -pe 'system("rm x")' /etc/hostname
  bash dynamic - :: perl -MPOSIX -e 'system("rm x")'
  bash dynamic - :: perl -Ilib -e 'system("rm x")'
  bash dynamic - :: perl -F: -ane 'system("rm x")' /etc/hostname
  bash dynamic - :: perl <<< 'system("rm x")'
  bash exact   awk¦rm :: awk 'BEGIN{system("rm x")}'
  bash dynamic - :: awk -f /dev/stdin <<< 'BEGIN{system("rm x")}'
  bash exact   awk¦rm :: awk -v x=1 'BEGIN{system("rm x")}'
  bash exact   awk¦rm :: awk -F: 'BEGIN{system("rm x")}'
  bash exact   awk¦rm :: awk -F : 'BEGIN{system("rm x")}'
  bash dynamic - :: awk -vx='rm x' 'BEGIN{system(x)}'
  bash exact   awk¦rm :: awk -- 'BEGIN{system("rm x")}'
  bash exact   awk¦rm :: awk 'BEGIN{print "x" | "rm x"}'
  bash exact   awk¦rm :: awk 'BEGIN{"rm x"|getline a}'
  bash exact   awk¦rm :: awk 'BEGIN{while(("rm x"|getline l)>0);}'
  bash dynamic - :: awk 'BEGIN{cmd="rm x";cmd|getline}'
  bash dynamic - :: awk 'BEGIN{cmd="rm x";print|cmd}'
  bash exact   awk¦rm :: awk 'BEGIN{printf("x")|"rm x"}'
  bash exact   awk¦rm :: awk 'BEGIN{system ("rm x")}'
  bash dynamic - :: awk 'BEGIN{a=1/2;system("rm x");b="/"}'
  bash exact   awk¦rm¦k01 :: awk 'BEGIN{if (1) system("rm x"); else system("k01")}'
  bash exact   awk :: awk '/a|b/{print}' /etc/hostname
  bash exact   awk :: awk '{print $1}' /etc/hostname
  bash exact   awk :: awk -F'|' '{print $1 "|" $2}' /etc/hostname
  bash dynamic - :: awk '$1 ~ /x/ || $2 == "y" {n++} END{print n/2}' /etc/hostname
  bash dynamic - :: awk 'BEGIN{x="sys"; @x("rm x")}'
  bash exact   awk¦rm :: awk 'function f(){system("rm x")} BEGIN{f()}'
  bash exact   awk :: awk 'BEGIN{print "a\" | \"b"}'
  bash exact   awk¦rm :: awk 'BEGIN{a["/"]=1; system("rm x"); "/"}'
  bash exact   awk¦rm :: awk 'BEGIN { if (!/"/) system("rm x") } #"'
  bash dynamic - :: awk 'BEGIN { a = 1; a /= 2; system("rm x"); b = "/" }'
  bash exact   awk¦rm :: awk "BEGIN{system(\"rm x\")}"
  bash dynamic - :: awk 'BEGIN{system\⏎("rm x")}'
  bash dynamic - :: awk 'BEGIN{print "x" |\⏎"rm x"}'
  bash exact   awk¦rm :: awk 'BEGIN{# "⏎system("rm x") #"⏎}'
  bash exact   sed¦rm :: sed -n '1e rm x' /etc/hostname
  bash exact   sed¦rm :: sed '1!d;e rm x' /etc/hostname
  bash exact   sed¦rm :: sed -e 1d -e '$e rm x' /etc/hostname
  bash exact   sed¦rm :: sed -n '1,2e rm x' /etc/hostname
  bash exact   sed¦rm :: sed -n '/./e rm x' /etc/hostname
  bash exact   sed¦rm :: sed -n '\x.xe rm x' /etc/hostname
  bash exact   sed¦rm :: sed -n '1{⏎e rm x⏎}' /etc/hostname
  bash exact   sed¦rm :: sed 'a foo⏎e rm x' /etc/hostname
  bash exact   sed :: sed 'a foo\⏎e rm x' /etc/hostname
  bash exact   sed¦rm :: sed 'i\⏎foo⏎1e rm x' /etc/hostname
  bash dynamic - :: sed 's/.*/rm x/e' /etc/hostname
  bash dynamic - :: sed 's|.*|rm x|e' /etc/hostname
  bash dynamic - :: sed 's/.*/rm x/2;s/.*/rm x/e' /etc/hostname
  bash exact   sed¦rm :: sed 's/a\/b/c/;1e rm x' /etc/hostname
  bash dynamic - :: sed 's/[/]/c/;1e rm x' /etc/hostname
  bash exact   sed :: sed 'w /dev/null;e rm x' /etc/hostname
  bash exact   sed :: sed '1r /dev/null;e rm x' /etc/hostname
  bash exact   sed¦rm :: sed ':a;s/x/y/;ta;1e rm x' /etc/hostname
  bash exact   sed :: sed '#n;e rm x' /etc/hostname
  bash dynamic - :: sed -f /dev/stdin /etc/hostname <<< '1e rm x'
  bash dynamic - :: sed --file=/dev/stdin /etc/hostname <<< '1e rm x'
  bash exact   sed¦rm :: sed -n -e 'p' -s --expression='1e rm x' /etc/hostname
  bash exact   sed¦rm :: sed -ne '1e rm x' /etc/hostname
  bash exact   sed¦rm :: sed -i.bak '1e rm x' f
  bash exact   sed¦rm :: sed -Ei '1e rm x' f
  bash exact   sed¦rm :: sed -En '1e rm x' /etc/hostname
  bash exact   sed¦rm :: sed -l 5 '1e rm x' /etc/hostname
  bash exact   sed¦rm :: sed -zn '1e rm x' /etc/hostname
  bash exact   sed¦rm :: sed /etc/hostname -e '1e rm x'
  bash dynamic - :: sed -n "$X" /etc/hostname
  bash dynamic - :: sed "s/a/$X/" /etc/hostname
  bash exact   tar¦rm :: tar cf /dev/null /etc/hostname --checkpoint=1 --checkpoint-action=exec='rm x'
  bash exact   tar¦rm :: tar cf /dev/null /etc/hostname --checkpoint=1 --checkpoint-action 'exec=rm x'
  bash exact   tar¦rm :: tar -cf /dev/null -I 'rm x' /etc/hostname
  bash exact   tar¦rm :: tar -cI'rm x' -f x.tar /etc/hostname
  bash exact   tar¦rm :: tar -c --use-compress-program='rm x' -f x.tar /etc/hostname
  bash exact   tar¦rm :: tar cf x.tar /etc/hostname; tar xf x.tar --to-command='rm x'
  bash exact   tar¦rm :: tar cf x.tar /etc/hostname; tar xf x.tar --to-c 'rm x'
  bash exact   split¦rm :: split -n1 --filter='rm x' /etc/hostname
  bash exact   split¦rm :: split -n1 --fil 'rm x' /etc/hostname
  bash exact   sort¦rm :: sort --compress-program=rm /etc/hostname
  bash exact   git¦rm :: git -c core.pager='rm x' -p log
  bash dynamic - :: git -c alias.z='!rm x' z
  bash dynamic - :: git -c alias.z='!f() { rm x; }; f' z
  bash exact   git¦rm :: git -c core.editor='rm x' commit
  bash exact   git¦rm :: git -c diff.external='rm x' diff
  bash dynamic - :: git --exec-path=. foo
  bash exact   git¦rm :: git -C . -c core.sshCommand='rm x' fetch ssh://h/r
  bash dynamic - :: git config --global alias.z '!rm x'; git z
  bash exact   git¦rm :: git bisect run rm x
  bash exact   git¦rm :: git rebase --exec 'rm x' HEAD
  bash exact   git¦rm :: git rebase -x'rm x' HEAD
  bash exact   git¦rm :: git submodule foreach 'rm x'
  bash exact   git¦rm :: git submodule foreach --recursive rm x
  bash exact   git¦rm :: git filter-branch --tree-filter 'rm x'
  bash exact   git¦rm :: git filter-branch --index-filter='rm x'
  bash exact   git¦rm :: git grep -O'rm x' foo
  bash exact   git¦rm :: git grep --open-files-in-pager='rm x' foo
  bash exact   git¦rm :: git difftool -x 'rm x'
  bash exact   git¦rm :: git difftool --extcmd='rm x' -y
  bash exact   git¦rm :: git clone -u 'rm x' . d
  bash exact   git¦rm :: git clone --upload-pack='rm x' . d
  bash exact   git¦rm :: git clone -c core.sshCommand='rm x' ssh://h/r
  bash exact   git¦ssh :: git ls-remote ssh://h/r
  bash exact   git¦ssh :: git clone user@host:path
  bash exact   git¦ssh :: git ls-remote 'e(xt::rm x'
  bash dynamic ssh :: ssh - rm x
  bash exact   git¦ssh :: git fetch -j 4 --depth 1 host:path main:main
  bash exact   git¦ssh¦/x :: git clone -u /x host:p d
  bash exact   git¦ssh :: git push --repo=host:p
  sh   exact   git :: git push -u origin main:main
  sh   exact   git :: git push -o ci.skip origin HEAD:main
  sh   exact   git :: git clone ./a:b
  bash exact   git¦rm :: git clone -c core.sshCommand='rm x' host:p
  bash exact   env¦rm :: env -- - rm x
  bash dynamic - :: docker exec$@ c rm x
  bash dynamic - :: set -o posix$X; echo a
  bash exact   env¦rm :: env -i -- rm x
  bash exact   rm :: >&-rm x
  bash exact   rm :: <& -rm x
  bash exact   rm :: 3>&-\⏎rm x
  bash exact   rm :: {n}>&-rm x
  bash exact   rm :: 3>&-2>&1 rm x
  sh   refused - :: >&-rm x
  sh   exact   rm :: rm x 3>&-
  sh   exact   rm :: 3>&- rm x
  sh   exact   git¦ssh :: git -c user.name=x clone git+ssh://h/r
  bash exact   git¦rm :: git clone --config core.sshCommand='rm x' ssh://h/r
  bash exact   git¦rm :: git clone 'ext::rm x' d
  bash exact   git¦rm :: git push --receive-pack='rm x' .
  bash exact   git¦rm :: git archive --remote=. --exec='rm x' HEAD
  bash exact   git¦rm :: git fetch --upload-pack 'rm x' .
  bash exact   git¦rm :: git ls-remote --exec='rm x' .
  bash exact   git¦rm :: git remote add o 'ext::rm x'; git fetch o
  bash dynamic - :: git foo
  bash exact   rsync¦rm :: rsync -e 'rm x' a h:b
  bash exact   rsync¦rm :: rsync --rsh='rm x' a h:b
  bash exact   rsync¦rm :: rsync -ave 'rm x' a h:b
  bash exact   rsync¦rm :: rsync --rsync-path='rm x' a h:b
  bash exact   ssh¦rm :: ssh -o ProxyCommand='rm x' h
  bash exact   ssh¦rm :: ssh -oProxyCommand='rm x' h
  bash exact   ssh¦rm :: ssh -o 'ProxyCommand rm x' h
  bash exact   ssh¦rm :: ssh -o 'proxycommand=rm x' h
  bash exact   ssh¦rm :: ssh h -- rm x
  bash exact   ssh¦rm¦k01 :: ssh -t h 'rm x; k01'
  bash exact   ssh¦rm :: ssh -l u -p 22 h rm x
  bash dynamic - :: ssh u@h "rm $X"
  bash exact   ssh¦rm :: ssh -i k h 'cd /x && rm y'
  bash dynamic - :: scp -o ProxyCommand='rm x' a h:b
  bash exact   scp¦rm :: scp -S rm a h:b
  bash exact   sudo¦rm :: sudo rm x
  bash exact   sudo¦rm :: sudo -u u rm x
  """###)
