"""A small mail server for the tests: takes mails, or says what it is told to say."""
import email
import email.header
import email.policy
import socketserver
import threading


class Handler(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        house, to = self.server, []
        self.say("220 mail.example ESMTP")
        for raw in self.rfile:
            line = raw.decode("ascii", "replace").strip()
            word = line.upper()
            if word.startswith("EHLO") or word.startswith("HELO"):
                self.say("250 mail.example")
            elif word.startswith("RCPT"):
                with house.lock:
                    house.asked += 1
                    answer = house.answers.pop(0) if house.answers else house.usual
                if answer.startswith("250"):
                    to.append(line.split("<", 1)[1].split(">", 1)[0])
                self.say(answer)
            elif word == "DATA":
                self.say("354 go on")
                text = b""
                for part in self.rfile:
                    if part == b".\r\n":
                        break
                    text += part[1:] if part.startswith(b".") else part
                with house.lock:
                    house.mails.append((to, email.message_from_bytes(text, policy=email.policy.default)))
                to = []
                self.say("250 taken")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 good")


class Mails(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock, self.mails, self.answers, self.usual, self.asked = threading.Lock(), [], [], "250 good", 0
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def to(self, address):
        with self.lock:
            return [m for to, m in self.mails if address in to]

    def config(self):
        return f"[mail]\nhost = 127.0.0.1\nport = {self.port}\ntls = none\nfrom = renkei@city.example\n"
