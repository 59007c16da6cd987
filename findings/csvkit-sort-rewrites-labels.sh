#!/usr/bin/env bash
# csvkit 2.2.0, csvsort, and csvjoin of features with labels by an identifier, at the command line. The expectation: rows move and
# cells stay, as csvcut, csvgrep, csvstack and csvformat of the same kit do. What happens: sort and join guess a type for EVERY column
# and write the cells anew. Labels 0 and 1 become False and True; the classes "none" and "n/a" become empty cells, so their rows
# pass for rows without a label; identifiers 001 lose their zeros and match no other file; "1,5" becomes 15. No message.
# -I (--no-inference) keeps numbers, but classes are lost all the same; only -I with --blanks keeps the cells.
# Seen: 1,True,15,owl and 2,False,2, and 3,True,3,; with -I 002,0,2, and with --blanks too the file as it was.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --no-compile --disable-pip-version-check csvkit==2.2.0 agate==1.14.2
printf 'id,label,x,kind\n001,1,"1,5",owl\n002,0,2,none\n003,1,3,n/a\n' >given.csv
printf 'id,y\n001,0.5\n002,0.25\n003,1\n' >features.csv
for command in "csvsort -c id" "csvsort -I -c id" "csvsort -I --blanks -c id" "csvcut -c id,label,x,kind"; do
    venv/bin/$command given.csv >"$(echo "$command" | tr -d ' ,')"
done
venv/bin/csvjoin -c id features.csv given.csv >joined
head -n 9 csvsort-cid csvsort-I-cid csvsort-I--blanks-cid joined
cmp -s given.csv csvsort-I--blanks-cid && cmp -s given.csv csvcut-cidlabelxkind || exit 1
[ "$(sed 1d csvsort-cid | tr '\n' ' ')" = '1,True,15,owl 2,False,2, 3,True,3, ' ] || exit 1
[ "$(sed 1d csvsort-I-cid | tr '\n' ' ')" = '001,1,"1,5",owl 002,0,2, 003,1,3, ' ] || exit 1
[ "$(sed 1d joined | tr '\n' ' ')" = '1,0.5,True,15,owl 2,0.25,False,2, 3,1,True,3, ' ] || exit 1
