#!/usr/bin/env python3
"""Signing in by an identity provider (OpenID Connect) in a running node: the way there and back with PKCE against a provider of our
own over HTTPS, an identity tied to an account, keys that change, and every answer that must not hold."""
import base64
import hashlib
import http.server
import json
import pathlib
import re
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from node import check, running
from persons import PASSWORD, Person, cookies, join, say

renkei = sys.argv[1]


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*args, data=None):
    return subprocess.run(["openssl", *args], input=data, capture_output=True, check=True).stdout


class Key:
    """A key of RSA that the provider signs with."""
    def __init__(self, folder, kid):
        self.kid, self.file = kid, str(folder / f"{kid}.pem")
        openssl("genrsa", "-out", self.file, "2048")
        self.n = bytes.fromhex(openssl("rsa", "-in", self.file, "-noout", "-modulus").decode().split("=")[1])

    def jwk(self):
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": b64(self.n), "e": "AQAB"}

    def sign(self, claims):
        head = b64(json.dumps({"alg": "RS256", "kid": self.kid}).encode()) + "." + b64(json.dumps(claims).encode())
        return head + "." + b64(openssl("dgst", "-sha256", "-sign", self.file, data=head.encode()))


class Provider(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def say(self, what, status=200):
        body = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        p = self.server.idp
        if self.path == "/.well-known/openid-configuration":
            self.say({"issuer": p.issuer, "authorization_endpoint": p.url + "/authorize", "token_endpoint": p.url + "/token", "jwks_uri": p.url + "/keys",
                      **({"token_endpoint_auth_methods_supported": p.ways} if p.ways else {})})
        elif self.path == "/keys":
            self.say({"keys": [k.jwk() for k in p.keys]})
        else:
            self.say({}, 404)

    def shows_secret(self, p, form):
        """In the head unless the provider says that it wants it in the form; never in both."""
        login = self.headers.get("Authorization", "")
        if p.ways == ["client_secret_post"]:
            return form.get("client_secret") == "geheim-8" and not login
        return login == "Basic " + base64.b64encode(b"renkei-node:geheim-8").decode() and "client_secret" not in form

    def do_POST(self):
        p = self.server.idp
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        p.asked.append(form)
        begun = p.codes.pop(form.get("code"), None)
        verifier = form.get("code_verifier", "")
        if not begun or b64(hashlib.sha256(verifier.encode()).digest()) != begun["code_challenge"] or form["redirect_uri"] != begun["redirect_uri"] \
                or not self.shows_secret(p, form):
            self.say({"error": "invalid_grant"}, 400)
            return
        claims = {"iss": p.url, "aud": "renkei-node", "sub": p.subject, "nonce": begun["nonce"], "iat": int(time.time()), "exp": int(time.time()) + 300,
                  **p.change}
        self.say({"access_token": "a", "token_type": "Bearer", "id_token": p.signer.sign(claims)})


class Idp:
    def __init__(self, folder):
        self.folder, self.codes, self.asked, self.change, self.subject, self.ways = folder, {}, [], {}, "sub-1", None
        self.keys = [Key(folder, "k1")]
        self.signer = self.keys[0]
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost", "-days", "2",
                "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.pem"))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
        self.server.idp = self
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "tls.pem", folder / "tls.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = self.issuer = f"https://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def authorize(self, location):
        """What the browser does at the provider; returns the way back."""
        url, _, query = location.partition("?")
        q = dict(urllib.parse.parse_qsl(query))
        check(url == self.url + "/authorize" and q["response_type"] == "code" and q["scope"] == "openid" and q["client_id"] == "renkei-node"
              and q["code_challenge_method"] == "S256" and len(q["nonce"]) > 20, f"the question to the provider: {location}")
        code = b64(hashlib.sha256(q["state"].encode()).digest())
        self.codes[code] = q
        return urllib.parse.urlsplit(q["redirect_uri"]).path + "?" + urllib.parse.urlencode({"code": code, "state": q["state"]})


def begin(node, path, cookie=None):
    status, body, headers = node.get(path, headers={"Cookie": cookie} if cookie else {})
    check(status == 303, f"{path} goes to the provider: {status} {body[:300]!r}")
    state = headers["set-cookie"]
    check(state.startswith("oidc=") and "SameSite=Lax" in state and "HttpOnly" in state and "Max-Age=600" in state, f"the cookie of the state: {state}")
    return headers["location"], state.split(";")[0]


def there_and_back(node, idp, cookie=None):
    location, state = begin(node, "/sign-in/oidc")
    return node.get(idp.authorize(location), headers={"Cookie": cookie or state})


def refused(node, idp, why, **change):
    idp.change = change
    status, body, headers = there_and_back(node, idp)
    check(status == 403 and "renkei=" not in headers.get("set-cookie", ""), f"{why}: {status}")
    check("確認できません".encode() in body and b'action="/sign-in"' in body, f"{why}: the page says so and offers to sign in")
    idp.change = {}


with tempfile.TemporaryDirectory(prefix="renkei-idp-") as name:
    folder = pathlib.Path(name)
    folder.chmod(0o755)
    idp = Idp(folder)
    (folder / "secret").write_text("geheim-8\n")
    (folder / "secret").chmod(0o600)
    config = f"""[oidc]
issuer = {idp.url}
name = 庁内認証
client_id = renkei-node
secret_file = {folder}/secret
back = https://node.example/sign-in/back
[out]
ca = {folder}/tls.pem
"""
    with running(renkei, "--plain", config=config) as node:
        admin = join(node, say(node, "people", "begin", "--json"))
        join(node, say(node, "people", "add", "試験 一号", "--login=neko1x", "--role=handler", "--json", f"--as={admin}:admin"))
        clerk = Person(node, "neko1x")
        page = node.get("/sign-in")[1].decode()
        check('href="/sign-in/oidc"' in page and "庁内認証" in page, "the sign-in page has the button")
        check('href="/own/oidc"' in clerk.page("/own")[1].decode(), "one's own page offers to tie")

        # nobody is tied yet
        status, body, _ = there_and_back(node, idp)
        check(status == 403 and "結び付いていません".encode() in body, f"an identity that is tied to nobody: {status}")
        check(idp.asked[-1]["grant_type"] == "authorization_code" and len(idp.asked[-1]["code_verifier"]) >= 43, "the code is exchanged with PKCE")

        # tie: the way back comes without the session's cookie (SameSite=Strict), the page then goes on with it
        location, state = begin(node, "/own/oidc", clerk.cookie)
        back = idp.authorize(location)
        status, body, _ = node.get(back, headers={"Cookie": state})
        go = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', body.decode())
        check(status == 200 and go and go.group(1).startswith("/own/oidc/back?"), f"the way back goes on: {status} {body[:600]!r}")
        to = go.group(1).replace("&amp;", "&")
        check(node.get(to, headers={"Cookie": state})[0] == 303, "without a session it goes to sign in")
        stranger = Person(node, "neko1x")
        check(node.get(to, headers={"Cookie": stranger.cookie})[0] == 403, "nor without the state's cookie")
        status, body, headers = node.get(to, headers={"Cookie": f"{clerk.cookie}; {state}"})
        check(status == 303 and headers["location"] == "/own", f"tied: {status} {body[:400]!r}")
        clerk.cookie = cookies(headers["set-cookie"])
        check("組織の認証基盤" in clerk.page("/own")[1].decode(), "the tie stands on the own page")

        # in
        status, body, headers = there_and_back(node, idp)
        check(status == 200 and b'content="0; url=/"' in body, f"signed in by the provider: {status} {body[:500]!r}")
        session = headers["set-cookie"]
        check("SameSite=Strict" in session and "HttpOnly" in session, f"the session's cookie: {session}")
        check(node.get("/", headers={"Cookie": cookies(session)})[0] == 200, "and the home page opens")

        for ways in (["client_secret_post"], ["private_key_jwt", "client_secret_basic"]):
            idp.ways = ways
            check(there_and_back(node, idp)[0] == 200, f"the secret is shown by {ways}")
        idp.ways = ["private_key_jwt"]
        check(node.get("/sign-in/oidc")[0] == 422, "a provider that wants what we cannot")
        idp.ways = None

        # what must not hold
        refused(node, idp, "another nonce", nonce="x" * 43)
        refused(node, idp, "another audience", aud="somebody-else")
        refused(node, idp, "another issuer", iss="https://evil.example")
        refused(node, idp, "a token that has ended", exp=int(time.time()) - 400, iat=int(time.time()) - 500)
        refused(node, idp, "a token of tomorrow", iat=int(time.time()) + 4000, exp=int(time.time()) + 9000)
        status, _, _ = there_and_back(node, idp, "oidc=in.other")
        check(status == 403, f"another browser's way back: {status}")
        location, state = begin(node, "/sign-in/oidc")
        back = idp.authorize(location)
        check(node.get(back, headers={"Cookie": state})[0] == 200, "a way back")
        check(node.get(back, headers={"Cookie": state})[0] == 403, "counts once")
        location, state = begin(node, "/sign-in/oidc")
        wrong = re.sub(r"state=[^&]+", "state=x", idp.authorize(location))
        check(node.get(wrong, headers={"Cookie": state})[0] == 403, "another state")
        check(node.get("/sign-in/back?error=access_denied&state=x", headers={"Cookie": state})[0] == 403, "the provider said no")
        tie = begin(node, "/own/oidc", clerk.cookie)
        check(node.get("/own/oidc/back" + idp.authorize(tie[0])[len("/sign-in/back"):].replace("code=", "code=x"),
                       headers={"Cookie": f"{clerk.cookie}; {tie[1]}"})[0] == 403, "a code that the provider did not give")

        # the provider's keys change: the new one counts at once, the old one no more, a foreign one never
        old, new = idp.keys[0], Key(folder, "k2")
        idp.keys, idp.signer = [old, new], new
        check(there_and_back(node, idp)[0] == 200, "a new key beside the old one")
        idp.keys = [new]
        check(there_and_back(node, idp)[0] == 200, "the new key alone")
        idp.signer = old
        refused(node, idp, "a key that was withdrawn")
        forged = Key(folder, "forged")
        forged.kid, idp.signer = "k2", forged
        refused(node, idp, "a foreign key under a known name")
        idp.signer = new

        # another person, an account that is no longer in use, a provider that has gone
        idp.subject = "sub-2"
        check(there_and_back(node, idp)[0] == 403, "another subject is nobody")
        idp.subject = "sub-1"
        idp.issuer = "https://evil.example"
        check(node.get("/sign-in/oidc")[0] in (403, 422), "a provider that names itself otherwise")
        idp.issuer = idp.url
        say(node, "people", "state", "neko1x", "suspended", f"--as={admin}:admin")
        check(there_and_back(node, idp)[0] == 403, "an account that is suspended")
        idp.server.shutdown()
        idp.server.server_close()
        status, body, _ = node.get("/sign-in/oidc")
        check(status == 503 and "パスワード".encode() in body, f"a provider that has gone: {status}")
        # anybody may begin it, but not without end: sixty at once from one address, then one a second
        got = next((s for s, _, _ in (node.get("/sign-in/oidc") for _ in range(400)) if s != 503), None)
        check(got == 429, f"whoever begins it over and over is told to wait: {got}")
        check(node.get("/sign-in")[0] == 200, "and the password's way is open")
        check(node.stop() == 0, "the node ends in order")
        check("geheim-8" not in node.said(), "the secret is not in the log")
print("OpenID Connect: there and back, tied, refused what must be refused")
