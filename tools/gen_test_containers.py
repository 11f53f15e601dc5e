#!/usr/bin/env python3
"""Makes containers for the tests of the selection: gen_test_containers.py FOLDER

events.evtx: a Windows event log of one chunk, with a template, values, an account and an address; list.lzh: an archive as
Japanese offices still send them, stored without compression; names.lzh: names of files in CP932; names.zip: names of files in
UTF-8, as Windows 11 and macOS write them. Everything in them is invented.
"""
import binascii
import io
import os
import struct
import sys
import zipfile


class Chunk:
    def __init__(self):
        self.b = bytearray(512)
        self.names = {}

    def name(self, word):
        """A reference to a name, which stands right behind it the first time."""
        if word in self.names:
            self.b += struct.pack('<I', self.names[word])
            return
        at = len(self.b) + 4
        self.names[word] = at
        self.b += struct.pack('<I', at) + struct.pack('<IHH', 0, 0, len(word)) + word.encode('utf-16le') + b'\0\0'

    def element(self, word, attributes, content):
        self.b += bytes([0x41 if attributes else 0x01]) + struct.pack('<HI', 0xffff, 0)
        self.name(word)
        if attributes:
            self.b += struct.pack('<I', 0)
        for key, value in attributes:
            self.b += b'\x06'
            self.name(key)
            self.text(value)
        self.b += b'\x02'
        content()
        self.b += b'\x04'

    def text(self, value):
        self.b += b'\x05\x01' + struct.pack('<H', len(value)) + value.encode('utf-16le')

    def hole(self, index, kind):
        self.b += b'\x0d' + struct.pack('<HB', index, kind)


def evtx():
    c = Chunk()
    start = len(c.b)
    c.b += b'\0' * 24 + b'\x0f\x01\x01\x00' + b'\x0c\x01' + struct.pack('<I', 7)
    where = len(c.b) + 4
    c.b += struct.pack('<I', where) + b'\0' * 24
    body = len(c.b)
    c.b += b'\x0f\x01\x01\x00'

    def data():
        c.element('Data', [('Name', 'TargetUserName')], lambda: c.hole(0, 1))
        c.element('Data', [('Name', 'IpAddress')], lambda: c.hole(1, 1))
        c.element('Data', [('Name', 'LogonType')], lambda: c.hole(2, 8))
    c.element('Event', [], lambda: c.element('EventData', [], data))
    c.b += b'\0'
    struct.pack_into('<I', c.b, where + 20, len(c.b) - body)
    values = [(1, 't.kumagai'.encode('utf-16le')), (1, '185.174.101.240'.encode('utf-16le')), (8, struct.pack('<I', 3))]
    c.b += struct.pack('<I', len(values)) + b''.join(struct.pack('<HBB', len(v), t, 0) for t, v in values) + b''.join(v for _, v in values)
    size = len(c.b) - start + 4
    c.b += struct.pack('<I', size)
    struct.pack_into('<IIQQ', c.b, start, 0x2a2a, size, 1, 133_500_000_000_000_000)
    c.b[0:8] = b'ElfChnk\0'
    return (b'ElfFile\0' + b'\0' * 4088) + bytes(c.b) + b'\0' * (65536 - len(c.b))


def crc16(data):
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


def lzh():
    data = '通信先 hxxp://lzh-evil[.]top/a 、申請者 熊谷 太一 様'.encode('cp932')
    name = b'list.txt'
    head = b'-lh0-' + struct.pack('<IIIBBB', len(data), len(data), 0, 0x20, 0, len(name)) + name + struct.pack('<H', crc16(data))
    return bytes([len(head), sum(head) & 255]) + head + data + b'\0'


def names_lzh():
    """Names in CP932 in heads of all levels that are about: 0 (LHA of DOS), 1, and 2 with a sum over the head."""
    def packed(text):
        data = text.encode('cp932')
        return data, struct.pack('<II', len(data), len(data))

    def base(body):
        return bytes([len(body), sum(body) & 255]) + body

    def further(kind, data):
        return bytes([kind]) + data
    name, folder = '報告.txt'.encode('cp932'), '一覧表'.encode('cp932') + b'\xff'
    data, sizes = packed('送信元 185.174.101.240')
    out = base(b'-lh0-' + sizes + struct.pack('<IBBB', 0x58210000, 0x20, 0, len(name)) + name + struct.pack('<H', crc16(data))) + data
    data, sizes = packed('通信先 hxxp://lzh-one[.]top/a')
    next_head = further(2, folder)
    sizes = struct.pack('<II', len(data) + len(next_head) + 2, len(data))
    out += base(b'-lh0-' + sizes + struct.pack('<IBBB', 0x58210000, 0x20, 1, len(name)) + name + struct.pack('<HBH', crc16(data), 0x4d, len(next_head) + 2))
    out += next_head + b'\0\0' + data
    data, sizes = packed('通信先 hxxp://lzh-two[.]top/b')
    head = b'-lh0-' + sizes + struct.pack('<IBBHB', 0x65000000, 0x20, 2, crc16(data), 0x4d)
    rows = [further(0, b'\0\0'), further(1, name), further(2, folder)]
    head += b''.join(struct.pack('<H', len(r) + 2) + r for r in rows) + b'\0\0'
    head = bytearray(struct.pack('<H', len(head) + 2) + head)
    struct.pack_into('<H', head, 27, crc16(head))
    return out + bytes(head) + data + b'\0'


def names_zip():
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w') as z:
        for name, text in (('報告.txt', '送信元 185.174.101.240 、申請者 熊谷 太一 様'), ('通信.txt', '通信先 hxxp://zip-evil[.]top/a')):
            z.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)
    return out.getvalue()


for name, make in (('events.evtx', evtx), ('list.lzh', lzh), ('names.lzh', names_lzh), ('names.zip', names_zip)):
    with open(os.path.join(sys.argv[1], name), 'wb') as f:
        f.write(make())
