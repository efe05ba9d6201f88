#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The contract of the command line: exit codes, one plain sentence on standard error, nothing changed on failure.
# usage: test-cli.sh BUILD-DIR
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cli=$1/app/cli/qingdan-cli
demo=$root/resources/demo
data=$root/tests/data
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export LANG=C.UTF-8 LANGUAGE=''
unset QINGDAN_PIN_FILE
facts=(--profile "$demo/profile.xml" --register "$demo/register.xml" --date 2026-11-24)

n=0
report() { # report GOOD NAME
  n=$((n + 1))
  if [ "$1" = 1 ]; then echo "ok $n - $2"; else
    echo "not ok $n - $2"
    sed 's/^/# /' out err
  fi
}
# expect CODE NAME COMMAND…: the exit code; a failure says something on standard error and leaves no output file behind
expect() {
  local want=$1 name=$2 got=0
  shift 2
  [ ! -f out ] || mv out last
  "$@" >out 2>err </dev/null || got=$?
  local good=1
  [ "$got" = "$want" ] || { good=0; echo "# exit $got instead of $want"; }
  if [ "$want" -gt 1 ] && [ ! -s err ]; then good=0; echo "# nothing on standard error"; fi
  if grep -qE 'CRITICAL|WARNING|assertion|Sanitizer' err; then good=0; fi
  report $good "$name"
}
says() { # says NAME TEXT: in what the last command printed
  local good=0
  grep -qF -- "$2" out err && good=1
  report $good "$1"
}
absent() {
  local good=1
  [ ! -e "$2" ] || good=0
  report $good "$1"
}

printf 'secret-1\n' >pin
printf 'wrong\n' >wrong-pin
chmod 600 pin wrong-pin

# usage
expect 2 "no verb" "$cli"
expect 2 "unknown verb" "$cli" fly
says "unknown verb is named" fly
expect 0 "help" "$cli" --help
expect 0 "version" "$cli" --version
for verb in check demo-key duties export fill import new pack report seal send receive show verify; do
  expect 2 "$verb without words" "$cli" $verb
  expect 2 "$verb with an unknown option" "$cli" $verb --no-such-option x
  expect 0 "$verb --help" "$cli" $verb --help
done
expect 2 "export without -o" "$cli" export "$demo/register.xml"
expect 2 "report without -o" "$cli" report "$demo/cpa-disclosure.xml"
expect 2 "seal without key" "$cli" seal "$demo/cpa-disclosure.xml" -o p.asice

# forms
expect 0 "forms" "$cli" forms
says "forms lists the disclosure" cn.cpa-disclosure
expect 0 "forms as JSON" "$cli" forms --json
expect 0 "forms JSON parses" python3 -c 'import json,sys; ids=[f["id"] for f in json.load(open("last"))]; sys.exit(not {"cn.profile","cn.register","cn.cpa-disclosure"} <= set(ids))'
expect 3 "forms of a pack that is not there" "$cli" forms --pack "$work/none"
expect 0 "pack info" "$cli" pack info "$root/resources/packs/cn"
expect 2 "pack with an unknown word" "$cli" pack eat "$root/resources/packs/cn"

# fill and check
expect 0 "fill the demo" "$cli" fill cn.cpa-disclosure --in "$demo/cpa-disclosure.xml" --out good.xml "${facts[@]}"
expect 0 "begin an empty one" "$cli" fill cn.cpa-disclosure --out empty.xml "${facts[@]}"
expect 3 "fill an unknown form" "$cli" fill cn.nothing --out x.xml
absent "fill of an unknown form writes nothing" x.xml
expect 0 "check the demo" "$cli" check good.xml "${facts[@]}"
expect 1 "check an empty one" "$cli" check empty.xml "${facts[@]}"
expect 1 "check ruyi-2024" "$cli" check "$data/ruyi-2024.xml" "${facts[@]}" --json
expect 0 "verdict JSON parses" python3 -c 'import json; v=json.load(open("last")); assert v["critical"] > 0 and not v["canSeal"]; assert all(f["message"] and f["path"] for f in v["findings"])'
expect 1 "check lukang-2017" "$cli" check "$data/lukang-2017.xml" "${facts[@]}"
expect 3 "check with a bad date" "$cli" check good.xml --date 2026-13-01
says "bad date is named" 2026-13-01
expect 0 "verdict once" "$cli" check good.xml "${facts[@]}" -o v1.xml
expect 0 "verdict twice" "$cli" check good.xml "${facts[@]}" -o v2.xml
expect 0 "same moment, same bytes" cmp v1.xml v2.xml

# input that cannot be read
printf 'not xml at all' >broken1.xml
printf '<a><b></a>' >broken2.xml
printf '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a id="cn.cpa-disclosure">&e;</a>' >doctype.xml
printf '<a/>' >noid.xml
printf '<a id="cn.nothing"/>' >unknown.xml
: >empty-file.xml
head -c 300 /dev/urandom >binary.xml
for bad in none.xml broken1.xml broken2.xml doctype.xml noid.xml unknown.xml empty-file.xml binary.xml .; do
  expect 3 "check $bad" "$cli" check "$bad"
  expect 3 "report $bad" "$cli" report "$bad" -o r.pdf
  absent "report of $bad writes nothing" r.pdf
done

# import and export
substances=/register/table/substance
expect 2 "import without -o" "$cli" import "$demo/register.xml" "$data/sheets/substance-register.csv" --table $substances
expect 0 "dry run" "$cli" import "$demo/register.xml" "$data/sheets/substance-register.csv" --table $substances --dry-run --json --date 2026-11-24
expect 0 "counts add up" python3 -c 'import json; c=json.load(open("last")); assert c["rows"] == 223 == c["added"] + c["updated"] + c["refused"] + c["empty"] and c["refused"] > 0 and not c["written"]; assert all(r["text"] for r in c["remarks"])'
expect 0 "import" "$cli" import "$demo/register.xml" "$data/sheets/substance-register.csv" --table $substances --mode append --refused refused.xlsx -o more.xml --date 2026-11-24
expect 0 "refused rows are a workbook" unzip -tq refused.xlsx
expect 3 "import into a table that is not there" "$cli" import "$demo/register.xml" "$data/sheets/substance-register.csv" --table /register/none -o none.xml
says "the table is named" /register/none
expect 3 "import in an unknown way" "$cli" import "$demo/register.xml" "$data/sheets/substance-register.csv" --table $substances --mode eat -o none.xml
expect 3 "import what is no sheet" "$cli" import "$demo/register.xml" binary.xml --table $substances -o none.xml
absent "failed imports write nothing" none.xml
# screen
export QINGDAN_INVENTORY_DIR=$work/inventory
expect 2 "screen without a file" "$cli" screen
expect 0 "screen a sheet" "$cli" screen "$data/sheets/substance-register.csv" --date 2026-11-24
says "screening adds up" "223 rows = 25 on lists + 17 to check + 181 not found + 0 empty."
expect 0 "screen as JSON" "$cli" screen "$data/sheets/substance-register.csv" --date 2026-11-24 --json --language en
expect 0 "screening JSON" python3 -c 'import json; v=json.load(open("last")); c=v["counts"]; assert c["rows"] == c["listed"] + c["check"] + c["none"] + c["empty"] and c["listed"] == 25 and v["inventory"] is None and v["caveat"]; h=[h for s in v["substances"] if s["row"] == 197 for h in s["hits"]]; assert {x["listId"] for x in h if x["certain"]} == {"CN-NP-2023","CN-PC-1","CN-POPS-BAN","CN-RTC-2023","INT-POPS"}; assert all(x["source"] and x["force"] for x in h); a=[s for s in v["substances"] if s["row"] == 94][0]; assert all(x["match"] == "alias" and not x["certain"] and x["reason"] for x in a["hits"]) and a["hits"]'
expect 0 "screen a register" "$cli" screen "$demo/register.xml" --date 2026-11-24
printf '中文名,CAS号,流水号\n二氯甲烷,75-09-2,12345\n' >iecsc.csv
expect 0 "screen with an inventory" "$cli" screen "$demo/register.xml" --import-inventory iecsc.csv --json --date 2026-11-24
expect 0 "the inventory has a serial number, and nothing is called new" python3 -c 'import json; v=json.load(open("last")); assert v["inventory"]["substances"] == 1; i=[s["inventory"] for s in v["substances"]]; assert i[0] == {"state": "listed", "serial": "12345"} and {x["state"] for x in i[2:]} == {"not-found"}'
expect 3 "a file that is no inventory" "$cli" screen "$demo/register.xml" --import-inventory "$data/../meson.build"
printf 'x,y,z\nS100,二氯甲烷,75-09-2\nS101,丙酮,67-64-2\nS102,乙酸,64-19-7\nS103,甲醇,67-56-1\nS104,乙醇,64-17-5\nS105,甲苯,108-88-3\n' >other.csv
expect 3 "an inventory whose columns are only guessed" "$cli" screen "$demo/register.xml" --import-inventory other.csv
says "the way out is named" --inventory-columns
expect 0 "an inventory with its columns named" "$cli" screen "$demo/register.xml" --import-inventory other.csv --inventory-columns cas=C,name-zh=y,serial=A --inventory-first-row 2 --language en
says "the refused row has its reason" 'Row 3: “67-64-2” is neither'
says "the inventory adds up" "6 rows = 5 substances of the inventory + 0 repeated + 1 without a valid number + 0 empty."
expect 3 "a column that is not there" "$cli" screen "$demo/register.xml" --import-inventory other.csv --inventory-columns cas=C,name-zh=Q
says "the column is named" '“Q”'
expect 3 "a column of something else" "$cli" screen "$demo/register.xml" --import-inventory other.csv --inventory-columns cas=C,colour=A
expect 3 "a worksheet that is not there" "$cli" screen "$demo/register.xml" --import-inventory "$data/sheets/ledger-libreoffice.xls" --inventory-sheet none
expect 3 "screen a sheet without substances" "$cli" screen "$data/demo.expected"
expect 3 "screen what is not there" "$cli" screen none.csv
expect 3 "screen a form without substances" "$cli" screen "$demo/profile.xml"
unset QINGDAN_INVENTORY_DIR

expect 0 "export a declaration" "$cli" export good.xml -o good.xlsx "${facts[@]}"
expect 0 "import it again" "$cli" import empty.xml good.xlsx -o back.xml "${facts[@]}"
expect 0 "export both as tables" sh -c '"$0" export good.xml -o a.csv --table /disclosure/raw/table/row --date 2026-11-24 && "$0" export back.xml -o b.csv --table /disclosure/raw/table/row --date 2026-11-24' "$cli"
expect 0 "the same rows came back" cmp a.csv b.csv
expect 3 "a workbook of another form" "$cli" import "$demo/register.xml" good.xlsx -o none.xml
expect 3 "export to an unknown kind of file" "$cli" export good.xml -o good.odt "${facts[@]}"
absent "export to an unknown kind writes nothing" good.odt

# the same into and out of a workspace
at=(--form cn.register --table "$substances" --date 2026-11-24)
expect 0 "a workspace to import into" "$cli" new sheets.qingdan --profile "$demo/profile.xml" --register "$demo/register.xml" --date 2026-11-24
expect 2 "import into a workspace without a form" "$cli" import sheets.qingdan "$data/sheets/substance-register.csv" --table $substances
expect 3 "import into a form that the workspace has not" "$cli" import sheets.qingdan "$data/sheets/substance-register.csv" --form cn.cpa-disclosure --table $substances
expect 3 "import into a workspace that is not there" "$cli" import none.qingdan "$data/sheets/substance-register.csv" "${at[@]}"
absent "that makes no workspace" none.qingdan
expect 0 "export a table of a workspace" "$cli" export sheets.qingdan "${at[@]}" -o before.csv
expect 0 "dry run into a workspace" "$cli" import sheets.qingdan "$data/sheets/substance-register.csv" "${at[@]}" --mode append --dry-run
says "nothing is written" "nothing was written"
expect 0 "export again" "$cli" export sheets.qingdan "${at[@]}" -o same.csv
expect 0 "a dry run leaves the workspace as it was" cmp before.csv same.csv
expect 0 "import into a workspace" "$cli" import sheets.qingdan "$data/sheets/substance-register.csv" "${at[@]}" --mode append --json
cp out imported.json
expect 0 "export what was imported" "$cli" export sheets.qingdan "${at[@]}" -o after.csv
expect 0 "rows before and rows added are the rows after" python3 -c 'import csv, json
rows = lambda name: len(list(csv.reader(open(name, encoding="utf-8-sig", newline=""))))
counts = json.load(open("imported.json"))
assert counts["written"] and counts["added"] > 0 and rows("after.csv") == rows("before.csv") + counts["added"]'
expect 0 "export the workspace's declaration as a workbook" "$cli" export sheets.qingdan --form cn.register -o all.xlsx --date 2026-11-24
expect 0 "import that again" "$cli" import sheets.qingdan all.xlsx --form cn.register --date 2026-11-24
expect 0 "export once more" "$cli" export sheets.qingdan "${at[@]}" -o round.csv
expect 0 "the workbook changed nothing" cmp after.csv round.csv
expect 3 "a workbook of another form into a workspace" "$cli" import sheets.qingdan good.xlsx --form cn.register --date 2026-11-24
expect 3 "what is no sheet into a workspace" "$cli" import sheets.qingdan binary.xml "${at[@]}"
expect 0 "export after the refusals" "$cli" export sheets.qingdan "${at[@]}" -o kept.csv
expect 0 "refused imports leave the workspace as it was" cmp after.csv kept.csv

# report
expect 0 "report" "$cli" report good.xml -o report.pdf "${facts[@]}"
expect 0 "report is a PDF with Chinese text" sh -c 'pdftotext report.pdf - | grep -q 清洁生产'
expect 0 "it is marked as a draft on every page" sh -c 'pdftotext report.pdf - >text && [ "$(grep -c "Draft, not for submission" text)" -ge 8 ] && ! grep -q SHA-256 text'
expect 3 "report into a folder that is not there" "$cli" report good.xml -o none/report.pdf "${facts[@]}"

# seal
expect 0 "demo key" "$cli" demo-key key.p12 --cert key.pem --pin-file pin --name "演示企业"
expect 0 "RSA demo key" "$cli" demo-key rsa.p12 --cert rsa.pem --pin-file pin --rsa
expect 0 "a Chinese name where no locale is set" env -u LANG -u LANGUAGE -u LC_ALL "$cli" demo-key bare.p12 --pin-file pin --name "演示企业"
expect 3 "demo key into a folder that is not there" "$cli" demo-key none/key.p12 --pin-file pin
expect 3 "no PIN and no terminal" "$cli" seal good.xml --key key.p12 -o p.asice "${facts[@]}"
expect 3 "wrong PIN" "$cli" seal good.xml --key key.p12 --pin-file wrong-pin -o p.asice "${facts[@]}"
absent "wrong PIN makes no package" p.asice
expect 3 "PIN file that is not there" "$cli" seal good.xml --key key.p12 --pin-file none -o p.asice "${facts[@]}"
expect 3 "key that is no key" "$cli" seal good.xml --key pin --pin-file pin -o p.asice "${facts[@]}"
expect 1 "critical findings" "$cli" seal "$data/ruyi-2024.xml" --key key.p12 --pin-file pin -o p.asice "${facts[@]}"
absent "critical findings make no package" p.asice
expect 3 "attachment that is not there" "$cli" seal good.xml --key key.p12 --pin-file pin -a none.pdf -o p.asice "${facts[@]}"
absent "missing attachment makes no package" p.asice
printf 'proof\n' >'附件 1.txt'
proof=$demo/publication-proof.png # the demo names it
expect 0 "seal" "$cli" seal good.xml --key key.p12 --pin-file pin -a "$proof" -a '附件 1.txt' -o p.asice "${facts[@]}"
expect 0 "seal with RSA, PIN file from the environment" env QINGDAN_PIN_FILE=pin "$cli" seal good.xml --key rsa.p12 -a "$proof" -o rsa.asice "${facts[@]}" --json
expect 0 "seal JSON parses" python3 -c 'import json; v=json.load(open("last")); assert len(v["sha256"]) == 64 and v["demo"]'

# verify
expect 0 "the sealed report is no draft" sh -c 'unzip -p p.asice report.pdf >sealed.pdf && pdftotext sealed.pdf - >text && ! grep -q Draft text && grep -q SHA-256 text'
expect 0 "verify" "$cli" verify p.asice --trust key.pem
expect 0 "verify RSA" "$cli" verify rsa.asice --trust rsa.pem --json
expect 0 "verify JSON parses" python3 -c 'import json; v=json.load(open("last")); assert v["valid"] and v["trusted"] and v["demo"] and "declaration.xml" in v["files"]'
expect 1 "verify against the wrong anchor" "$cli" verify p.asice --trust rsa.pem
cp p.asice damaged.asice
printf 'X' | dd of=damaged.asice bs=1 seek=600 conv=notrunc status=none
expect 1 "verify damaged" "$cli" verify damaged.asice
expect 1 "verify what is no package" "$cli" verify good.xml
expect 3 "verify what is not there" "$cli" verify none.asice

# workspaces
expect 0 "new" "$cli" new w.qingdan --profile "$demo/profile.xml" --register "$demo/register.xml"
expect 0 "show" "$cli" show w.qingdan --json
expect 0 "show JSON parses" python3 -c 'import json; v=json.load(open("last")); assert {d["form"] for d in v["declarations"]} == {"cn.profile", "cn.register"}'
expect 0 "screen a workspace" "$cli" screen w.qingdan --date 2026-11-24
absent "show leaves nothing beside the workspace" w.qingdan-wal
absent "show leaves nothing beside the workspace" w.qingdan-shm
sum=$(sha256sum <w.qingdan)
expect 3 "new over a workspace" "$cli" new w.qingdan
expect 0 "which stays as it was" test "$sum" = "$(sha256sum <w.qingdan)"
expect 3 "new with a bad profile" "$cli" new bad.qingdan --profile broken1.xml
absent "leaves no workspace" bad.qingdan
expect 3 "new with a declaration as profile" "$cli" new bad.qingdan --profile good.xml
absent "leaves no workspace either" bad.qingdan
expect 3 "show what is not there" "$cli" show none.qingdan
absent "and makes none" none.qingdan
expect 3 "show what is no workspace" "$cli" show good.xml

# duties
profiles=$data/profiles
expect 0 "duties of a profile" "$cli" duties "$profiles/A.profile.xml" --register "$profiles/A.register.xml" --date 2026-11-24 --language zh-CN
says "duties have their days" 2026-12-15
says "and their reasons" 二氯甲烷列入水名录
says "and what is to be checked, with its path" /profile/permits/pollutant-any
expect 0 "duties, also those that do not apply" "$cli" duties "$profiles/A.profile.xml" --date 2026-11-24 --all --language en
says "which say why" 'Do not apply, because'
expect 0 "duties as JSON and calendar" "$cli" duties "$profiles/A.profile.xml" --register "$profiles/A.register.xml" --date 2026-11-24 --json --ics a.ics
expect 0 "duties JSON parses" python3 -c 'import json
v = json.load(open("last"))
d = {x["rule"]: x for x in v["duties"]}
assert v["date"] == "2026-11-24" and v["apply"] == sum(x["applies"] == "yes" and x["kind"] == "duty" for x in v["duties"])
assert d["R14-03"]["next"]["date"] == "2026-12-15" and d["R14-03"]["next"]["days"] == 21 and d["R14-04"]["applies"] == "no"
assert d["R03-1"]["applies"] == "maybe" and d["R03-1"]["missing"] and d["R13-10"]["inputs"] and d["R13-10"]["bases"][0]["inForce"]
assert v["findings"] == []'
expect 0 "calendar is one" sh -c 'grep -q "^BEGIN:VCALENDAR" a.ics && grep -q "^UID:.*@duties.qingdan" a.ics && test "$(grep -c BEGIN:VEVENT a.ics)" = "$(grep -c END:VEVENT a.ics)"'
expect 0 "duties of a workspace" "$cli" duties w.qingdan --date 2026-11-24 --json
expect 0 "workspace duties parse" python3 -c 'import json; v = json.load(open("last")); assert v["apply"] > 20 and v["check"] > 0'
absent "duties leave nothing beside the workspace" w.qingdan-wal
expect 0 "duties of one site" "$cli" duties "$profiles/two-sites.profile.xml" --site 002 --date 2026-11-24 --json
expect 3 "duties of a site that is not there" "$cli" duties "$profiles/two-sites.profile.xml" --site 009
expect 1 "a profile without a site has a finding, and nothing but questions" "$cli" duties "$profiles/I.profile.xml" --date 2026-11-24 --json
expect 0 "which parse" python3 -c 'import json; v = json.load(open("last")); assert v["apply"] == 0 and v["check"] > 50'
sed 's|<to>2027-05-31</to>|<to>next year</to>|' "$profiles/A.profile.xml" >wrong.xml
expect 1 "a wrong profile gives findings" "$cli" duties wrong.xml --date 2026-11-24 --json
expect 0 "which name the place" python3 -c 'import json; v = json.load(open("last")); assert {f["path"] for f in v["findings"]} == {"/profile/permits/permit[1]/to"} and v["apply"] > 0, v["findings"]'
expect 3 "duties of a declaration" "$cli" duties good.xml
expect 3 "duties of what is not there" "$cli" duties none.xml
expect 3 "duties on a day that is none" "$cli" duties w.qingdan --date 2026-02-30
expect 2 "duties of nothing" "$cli" duties

# delivery
expect 4 "send to a port where nobody listens" "$cli" send p.asice --to http://127.0.0.1:9/
mkdir stick
expect 0 "send to a folder" "$cli" send p.asice --to "$work/stick"
expect 0 "the folder holds the same bytes" sh -c 'cmp p.asice stick/*.asice'
expect 3 "send what is not there" "$cli" send none.asice --to "$work/stick"

# engine
expect 0 "engine" sh -c "printf '%s\n%s\n' '{\"id\":1,\"op\":\"hello\"}' '{\"id\":2,\"op\":\"eval\",\"xml\":\"<a><b>2</b></a>\",\"context\":\"/\",\"expr\":\"/a/b + 0.1 + 0.2\",\"want\":\"string\"}' | '$cli' engine"
expect 0 "engine answers in order" python3 -c 'import json; a,b=map(json.loads, open("last")); assert a["protocol"] == 1 and b["ok"] and b["result"] == "2.3", (a, b)'

# Chinese
expect 1 "check in Chinese" env LANG=zh_CN.UTF-8 "$cli" check empty.xml "${facts[@]}"
says "findings are Chinese" 必填
expect 2 "usage in Chinese" env LANG=zh_CN.UTF-8 "$cli"
says "usage is Chinese" 用法

echo "1..$n"
