"""What the kernel holds of this network namespace, as JSON: the measure that captured tools' output is compared with.

Own code on purpose, of another language than the parsers: sock_diag by struct, /proc/net by split.
Source: sock_diag(7), proc(5)
"""
import glob, json, os, socket, struct

STATES = [None, "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT",
          "LAST_ACK", "LISTEN", "CLOSING", "SYN_RECV"]


def messages(request):
    nl = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 4)
    nl.send(struct.pack("=IHHII", 16 + len(request), 20, 0x301, 1, 0) + request)
    while True:
        data = nl.recv(1 << 20)
        while data:
            length, kind = struct.unpack_from("=IH", data)
            if kind == 3:
                return
            if kind == 2:
                raise OSError("netlink refused")
            yield data[16:length]
            data = data[(length + 3) & ~3:]


def attributes(data):
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        if length < 4:
            return
        yield kind, data[4:length]
        data = data[(length + 3) & ~3:]


def inet(protocol):
    for family in (socket.AF_INET, socket.AF_INET6):
        # extension 7, SKMEMINFO: its ninth word counts drops
        request = struct.pack("=BBBBI", family, protocol, 1 << 6, 0, 0xFFFFFFFF) + bytes(48)
        for body in messages(request):
            _, state, _, _ = struct.unpack_from("=BBBB", body)
            local_port, peer_port = struct.unpack_from(">HH", body, 4)
            size = 4 if family == socket.AF_INET else 16
            address = lambda at: socket.inet_ntop(family, body[at:at + size])
            rqueue, wqueue, uid, inode = struct.unpack_from("=IIII", body, 56)
            found = dict(attributes(body[72:]))
            memory = struct.unpack("=9I", found[7][:36]) if len(found.get(7, b"")) >= 36 else None
            # attribute 11, SKV6ONLY
            only6 = found.get(11, b"\0")[0] == 1
            yield {"family": 4 if family == socket.AF_INET else 6 if only6 or peer_port or address(8) != "::" else 46,
                   "state": STATES[state], "local": address(8).removeprefix("::ffff:"), "port": local_port,
                   "peer": address(24).removeprefix("::ffff:"), "peerPort": peer_port, "rqueue": rqueue,
                   "wqueue": wqueue, "inode": inode, "drops": memory[8] if memory else None}


def unix():
    # show: name 1, rqlen 16
    for body in messages(struct.pack("=BBHIIIII", socket.AF_UNIX, 0, 0, 0xFFFFFFFF, 0, 1 | 16, 0, 0)):
        _, kind, state, _, inode = struct.unpack_from("=BBBBI", body)
        found = dict(attributes(body[16:]))
        name = found.get(0, b"")
        rqueue, wqueue = struct.unpack("=II", found[4]) if 4 in found else (None, None)
        yield {"type": {1: "stream", 2: "dgram", 5: "seqpacket"}[kind], "listening": state == 10, "inode": inode,
               "path": None if not name else name.rstrip(b"\0").decode() if name[0] else "@" + name[1:].decode(),
               "rqueue": rqueue, "wqueue": wqueue}


def pairs(path):
    values = {}
    lines = open(path).read().splitlines()
    for names, numbers in zip(lines[::2], lines[1::2]):
        group = names.split(":")[0]
        values.update({group + n: int(v) for n, v in zip(names.split()[1:], numbers.split()[1:])})
    return values


def sockstat():
    return {line.split(":")[0]: dict(zip(line.split()[1::2], map(int, line.split()[2::2])))
            for path in ("sockstat", "sockstat6") for line in open("/proc/net/" + path)}


def owners():
    found = {}
    for link in glob.glob("/proc/[0-9]*/fd/*"):
        try:
            target = os.readlink(link)
            if target.startswith("socket:["):
                pid = link.split("/")[2]
                found.setdefault(target[8:-1], []).append(
                    [open(f"/proc/{pid}/comm").read().strip(), int(pid),
                     os.path.basename(open(f"/proc/{pid}/cmdline").read().split("\0")[0])])
        except OSError:
            pass
    return found


def setting(key):
    try:
        return open("/proc/sys/" + key.replace(".", "/")).read().strip().replace("\t", " ")
    except OSError:
        return None


KEYS = ("net.core.somaxconn net.core.netdev_max_backlog net.ipv4.tcp_max_syn_backlog net.ipv4.tcp_syncookies "
        "net.ipv4.tcp_abort_on_overflow net.ipv4.tcp_tw_reuse net.ipv4.ip_local_port_range net.ipv4.tcp_fin_timeout "
        "net.ipv4.ip_forward net.ipv4.tcp_rmem net.ipv4.tcp_mem net.netfilter.nf_conntrack_max "
        "net.netfilter.nf_conntrack_count net.ipv4.conf.all.rp_filter net.ipv4.tcp_syn_retries").split()

print(json.dumps({
    "tcp": list(inet(socket.IPPROTO_TCP)), "udp": list(inet(socket.IPPROTO_UDP)), "unix": list(unix()),
    "counters": {**pairs("/proc/net/netstat"), **pairs("/proc/net/snmp")}, "sockstat": sockstat(),
    "snmp6": {k: int(v) for k, v in (line.split() for line in open("/proc/net/snmp6"))},
    "softnet": [[int(word, 16) for word in line.split()[:3]] for line in open("/proc/net/softnet_stat")],
    "links": [line.split(":")[0].strip() for line in open("/proc/net/dev").read().splitlines()[2:]],
    "sysctls": {key: setting(key) for key in KEYS if setting(key) is not None},
    "owners": owners(), "load": open("/proc/loadavg").read().split()[:3],
    "memory": {line.split(":")[0]: int(line.split()[1]) * 1024 for line in open("/proc/meminfo") if " kB" in line},
    "kernel": os.uname().release, "cores": os.cpu_count(),
}))
