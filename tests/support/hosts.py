"""Hosts for tests: network namespaces of this machine, each on a cable of its own to the services.

    counter  ──┐
    workshop ──┼── street: a switch for each, which can be cut ── services
    relief   ──┘

A host reaches the services' address and nothing else. Nothing here outlives the test's process:
the kernel removes a namespace when its last process and descriptor are gone.
"""

import ctypes
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

SERVICES_ADDRESS = "10.77.0.1"
CLONE_NEWNET = 0x40000000
HERE = "/proc/thread-self/ns/net"
LIBC = ctypes.CDLL(None, use_errno=True)

# Both without a word to anybody: no packet tells that the connection is over.
CUTS = {
    # As with the plug out: the host sees that its link is down.
    "cable": (("down",), ("up",)),
    # As behind a router that fails: the host's link is up, and its packets vanish.
    "switch": (("nomaster",), ("master", "{switch}")),
}


class HostsNotAllowedError(Exception):
    """Namespaces may not be made here; the message says why."""


@dataclass(frozen=True)
class Host:
    """A network of its own; processes started while `entered` live there."""

    name: str
    address: str
    namespace: int

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Make this thread's new sockets and processes those of the host."""
        with _coming_back():
            _enter(self.namespace)
            yield

    def reaches(self, address: str, port: int) -> bool:
        """Whether a connection from here comes about within a second."""
        with self.entered(), socket.socket() as probe:
            probe.settimeout(1.0)
            try:
                probe.connect((address, port))
            except OSError:
                return False
            return True

    @property
    def path(self) -> str:
        """Where the `ip` command finds the namespace."""
        return f"/proc/{os.getpid()}/fd/{self.namespace}"


@dataclass(frozen=True)
class Street:
    """The services, the hosts, and the cables between them."""

    services: Host
    hosts: dict[str, Host]
    switches: Host

    @contextmanager
    def cut(self, host: Host, how: str) -> Iterator[None]:
        """Cut the host off in one of the ways of CUTS; mended at the end of the block."""
        away, back = CUTS[how]
        self._set(host, away)
        try:
            yield
        finally:
            self._set(host, back)

    def _set(self, host: Host, what: Sequence[str]) -> None:
        words = [word.format(switch=_switch(host)) for word in what]
        _ip(self.switches, "link", "set", _port(host), *words)


@contextmanager
def build_street(*names: str) -> Iterator[Street]:
    """The services and a host of each name. Raises HostsNotAllowedError where that may not be."""
    if shutil.which("ip") is None:
        raise HostsNotAllowedError("the ip command is not installed (Debian: iproute2)")
    with ExitStack() as stack:

        def make(name: str, address: str = "") -> Host:
            namespace = _make_namespace()
            stack.callback(os.close, namespace)
            return Host(name, address, namespace)

        try:
            services, switches = make("services", SERVICES_ADDRESS), make("switches")
            hosts = {
                name: make(name, f"10.77.{number}.2") for number, name in enumerate(names, start=1)
            }
            street = Street(services, hosts, switches)
            _lay_cables(street)
        except OSError as error:
            raise HostsNotAllowedError(f"network namespaces may not be made: {error}") from error
        except subprocess.CalledProcessError as error:
            raise HostsNotAllowedError(f"networks may not be joined: {error.stderr}") from error
        yield street


def _lay_cables(street: Street) -> None:
    services, switches = street.services, street.switches
    for host in (services, *street.hosts.values()):
        _ip(host, "link", "set", "lo", "up")
    _ip(services, "address", "add", f"{SERVICES_ADDRESS}/32", "dev", "lo")
    for host in street.hosts.values():
        _ip(switches, "link", "add", _switch(host), "type", "bridge")
        _ip(switches, "link", "set", _switch(host), "up")
        gateway = host.address.removesuffix(".2") + ".1"
        _plug(switches, host, _switch(host), _port(host), "eth0", host.address)
        _plug(switches, services, _switch(host), f"far-{host.name}"[:15], _port(host), gateway)
        # No default route: there is no way on from the services to another host.
        _ip(host, "route", "add", SERVICES_ADDRESS, "via", gateway)


def _plug(switches: Host, host: Host, switch: str, port: str, card: str, address: str) -> None:
    _ip(
        *(switches, "link", "add", port, "type", "veth"),
        *("peer", "name", card, "netns", host.path),
    )
    _ip(switches, "link", "set", port, "master", switch, "up")
    _ip(host, "address", "add", f"{address}/24", "dev", card)
    _ip(host, "link", "set", card, "up")


def _switch(host: Host) -> str:
    return f"sw-{host.name}"[:15]


def _port(host: Host) -> str:
    return f"to-{host.name}"[:15]


def _ip(host: Host, *words: str) -> None:
    with host.entered():
        subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


def _make_namespace() -> int:
    with _coming_back():
        _call(LIBC.unshare, CLONE_NEWNET)
        return os.open(HERE, os.O_RDONLY)


@contextmanager
def _coming_back() -> Iterator[None]:
    origin = os.open(HERE, os.O_RDONLY)
    try:
        yield
    finally:
        _enter(origin)
        os.close(origin)


def _enter(namespace: int) -> None:
    # Python has os.setns from 3.12 on.
    _call(LIBC.setns, namespace, CLONE_NEWNET)


def _call(function: "ctypes._NamedFuncPointer", *arguments: int) -> None:
    if function(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
