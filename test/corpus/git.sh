# root: tools
# run: /bin/bash
# git with fixed names and dates: history, merges, rebase, stash, bisect, packs, clone by path. Object names are hashes of
# all that went into them, so that any difference shows.
export LC_ALL=C TZ=UTC HOME=/tmp/git-home
rm -rf $HOME && mkdir -p $HOME && cd $HOME || exit 1
status() { echo "status $?"; }
clock=1112911993
tick() { clock=$((clock + 60)); export GIT_AUTHOR_DATE="$clock -0700" GIT_COMMITTER_DATE="$clock -0700"; }
export GIT_AUTHOR_NAME='A U Thor' GIT_AUTHOR_EMAIL=author@example.org
export GIT_COMMITTER_NAME='C O Mitter' GIT_COMMITTER_EMAIL=committer@example.org
export GIT_PAGER=cat GIT_EDITOR=true
git config --global init.defaultBranch main
git config --global advice.detachedHead false
git config --global gc.auto 0
commit() { tick; git commit -q "$@"; }

echo == first commits
git init work; cd work || exit 1
git status --short --branch
seq 1 40 > numbers; mkdir -p src; printf 'int main(void) { return 0; }\n' > src/main.c; printf '*.o\n' > .gitignore; touch skip.o
git add -A; git status --short; commit -m 'The first commit' -m 'With a body.'
git cat-file -p HEAD; git ls-tree -r HEAD; git rev-parse HEAD HEAD^{tree}
sed -i '10s/.*/ten/;30s/.*/thirty/' numbers; git diff; git diff --stat; commit -am 'Words for numbers'
git mv src/main.c src/start.c; chmod +x numbers; git add -u; git diff --cached --summary -M; commit -m 'Renamed'
git log --format='%H %an %ad %s' --date=iso; git log --stat -M --oneline; git log -p -1 --format=fuller HEAD~1 -- numbers
git blame -L 9,11 -s numbers; git show --stat HEAD~1; git describe --always

echo == branches
git switch -c topic; for i in 1 2 3; do echo "topic $i" >> topic; git add topic; commit -m "Topic $i"; done
git switch -q main; sed -i '20s/.*/twenty/' numbers; commit -am 'Twenty on main'
tick; git merge --no-edit topic; git log --graph --oneline --all; git rev-list --count HEAD
git switch -q -c conflict HEAD~1; sed -i '20s/.*/zwanzig/' numbers; commit -am 'Twenty in German'; git switch -q main
sed -i '20s/.*/vingt/' numbers; commit -am 'Twenty in French'
tick; git merge conflict; status; git diff; git status --short; git checkout --theirs numbers 2> /dev/null; git add numbers; commit -m 'Merged, German kept'; git log --oneline -3 --format='%h %p'
git switch -q -c rebased topic; for i in 4 5; do echo "rebased $i" > file$i; git add .; commit -m "Rebased $i"; done
tick; git rebase main 2>&1 | tr '\r' '\n' | tail -n 1; git log --oneline -4
tick; git cherry-pick conflict~0 2>&1 | head -n 1; git cherry-pick --abort; tick; git revert --no-edit HEAD > /dev/null; git log -1 --format=%B
git switch -q main; git branch -vv; git branch -D rebased; git tag v1; tick; git tag -a v2 -m 'Version two' HEAD~1; git show --no-patch v2; git describe; git tag -n

echo == work in progress
echo wip >> numbers; echo new > new; git stash -u -q; git stash list; git status --short; tick; git stash pop -q; git status --short
git add -N new; git diff --stat; git reset -q --hard; git clean -fd; git reflog -3
git grep -n thirty; git grep -c . HEAD -- numbers; git log --oneline -S thirty; git shortlog -sn HEAD; git rev-parse --short ':/Topic 2'
git bisect start v1 v1~3 > /dev/null; git bisect run sh -c '! grep -q zwanzig numbers' > ../bisected 2>&1; grep first ../bisected; git bisect reset 2> /dev/null

echo == objects
git hash-object -w --stdin <<< 'a blob'; git cat-file -p "$(git hash-object --stdin <<< 'a blob')"
git count-objects | sed 's/,.*//'; git repack -a -d -q; git verify-pack -v .git/objects/pack/*.idx | grep -c commit; git prune; git fsck --full; status
git archive --format=tar HEAD | sha1sum; git bundle create ../bundle main 2> /dev/null; git bundle verify ../bundle 2>&1 | tail -n 1; git gc -q; git count-objects -v | grep -E 'count|in-pack|packs'
git format-patch -1 --stdout HEAD~2 | head -n 8; git diff HEAD~3 --numstat; git diff HEAD~3 --word-diff=porcelain -- numbers | head -n 8; git range-diff topic~2..topic~1 topic~1..topic | head -n 3

echo == clones
cd .. || exit 1
git clone -q work copy; cd copy || exit 1; git log --oneline -2; git remote -v; git branch -a
echo more > more; git add more; commit -m 'From the copy'; git push -q origin HEAD:refs/heads/pushed; git -C ../work log --oneline -1 pushed
git -C ../work commit -q --allow-empty -m 'Upstream'; tick; git fetch -q; git status -sb; git pull -q --rebase; git log --oneline -2 --format=%s
cd .. || exit 1; git clone -q --bare work bare.git; git --git-dir=bare.git log --oneline | wc -l; git clone -q --depth 1 "file://$HOME/work" shallow; git -C shallow log --oneline | wc -l
git -C work worktree add -q ../tree topic; cat tree/topic; git -C work worktree list | wc -l; git submodule --quiet status 2> /dev/null; status
git clone -q bundle from-bundle -b main; git -C from-bundle rev-parse HEAD

echo == errors
git -C work checkout nosuch; status; git -C work show nosuch; status; git clone absent; status; cd / && git status; status
git -C "$HOME/work" commit -m empty > /dev/null; status; git nosuch; status
for i in $(seq 1 25); do echo "$i" > "$HOME/work/f$i"; git -C "$HOME/work" add "f$i"; tick; git -C "$HOME/work" commit -q -m "Number $i"; done; git -C "$HOME/work" log --format=%H | head -n 25 | sha1sum
rm -rf $HOME
