"""Delay, jitter and loss where the kernel has no netem: forwards frames between two TAP devices.

    impair.py NAMESPACE DEVICE ADDRESS/PREFIX SWITCH_NAMESPACE BRIDGE

One TAP becomes DEVICE with that address in NAMESPACE, the other is plugged into BRIDGE in SWITCH_NAMESPACE.
Standard input: one JSON object a line, {"delay": ms, "jitter": ms, "loss": percent}, for each direction; its end ends
this process. Prints "ready" when the devices stand.
"""
import fcntl, heapq, json, os, random, select, struct, subprocess, sys, time

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
IPV4 = b'\x08\x00'


def tap(name):
    fd = os.open('/dev/net/tun', os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack('16sH', name.encode(), IFF_TAP | IFF_NO_PI))
    return fd


def ip(words):
    subprocess.check_call(['ip'] + words.split())


def plug(namespace, device, address, switch, bridge):
    near, far = f'nt{os.getpid()}a', f'nt{os.getpid()}b'
    fds = tap(near), tap(far)
    ip(f'link set {near} netns {namespace}')
    ip(f'-n {namespace} link set {near} name {device}')
    ip(f'-n {namespace} addr add {address} dev {device}')
    ip(f'-n {namespace} link set {device} up')
    ip(f'link set {far} netns {switch}')
    ip(f'-n {switch} link set {far} master {bridge} up')
    return fds


def main():
    near, far = plug(*sys.argv[1:6])
    other = {near: far, far: near}
    quality, waiting, count = {}, [], 0
    poll = select.poll()
    for fd in (near, far, 0):
        poll.register(fd, select.POLLIN | select.POLLHUP)
    print('ready', flush=True)
    while True:
        while waiting and waiting[0][0] <= time.monotonic():
            _, _, fd, frame = heapq.heappop(waiting)
            try:
                os.write(fd, frame)
            except OSError:
                pass  # the other end is full or gone: one more frame lost
        pause = (waiting[0][0] - time.monotonic()) * 1000 if waiting else 1000
        for fd, _ in poll.poll(max(0, pause)):
            if fd == 0:
                line = sys.stdin.readline()
                if not line:
                    return
                quality = json.loads(line)
                continue
            for _ in range(64):
                try:
                    frame = os.read(fd, 65536)
                except OSError:
                    break
                if frame[12:14] == IPV4 and random.random() * 100 < quality.get('loss', 0):
                    continue
                jitter = quality.get('jitter', 0)
                late = quality.get('delay', 0) + random.uniform(-jitter, jitter)
                count += 1
                heapq.heappush(waiting, (time.monotonic() + max(0, late) / 1000, count, other[fd], frame))


main()
