#!/usr/bin/env python3
"""Search in a running node: what was just written is found at once, in any spelling; words of two characters; a
new start finds the same."""
import sys
import urllib.parse

from node import check, running
from persons import Person, join, say

renkei = sys.argv[1]


def finds(person, words, *nums):
    body = person.page("/search?words=" + urllib.parse.quote(words))[1].decode()
    for num in nums:
        check(f"/cases/{num}" in body, f"{words} finds {num}")
    return body


with running(renkei, "--plain") as node:
    admin = join(node, say(node, "people", "begin", "--json"))
    join(node, say(node, "people", "add", "試験 一号", "--login=neko1x", "--role=handler", "--json", f"--as={admin}:admin"))
    clerk = Person(node, "neko1x")
    for i in range(20):
        clerk.open_case(f"ありふれた件名 {i}")
    rare = clerk.open_case("髙橋課長のｻｰﾊﾞｰ")
    for words in ("高橋", "髙橋", "サーバー", "ｻｰﾊﾞ", "課長", rare, rare[-4:]):
        finds(clerk, words, rare)
    check("0001" not in finds(clerk, "課長").split("<main")[1].replace(rare, ""), "and nothing else")
    check("見つかりませんでした" in finds(clerk, "消防"), "a word that stands nowhere")
    status, body, _ = clerk.page(f"/cases/{rare}/timeline")
    form = {"csrf": clerk.word(body, "csrf"), "once": clerk.word(body, "once"), "at": "2026-01-06", "what": "消防に電話した"}
    status, body, _ = clerk.send(f"/cases/{rare}/timeline", form, clerk.cookie)
    check(status == 303, f"an event: {status} {body[:300]!r}")
    finds(clerk, "消防", rare)
    many = finds(clerk, "ランサム", rare)   # a fact's value, of all cases
    check(many.count('class="duty"') == 21, f"all 21 cases have the fact: {many.count('class=' + chr(34) + 'duty')}")
    check(node.stop() == 0, "the node ends in order")
    node.start()
    clerk = Person(node, "neko1x")
    finds(clerk, "消防", rare)
    check(node.stop() == 0, "the node ends in order")
print("found what stands there")
