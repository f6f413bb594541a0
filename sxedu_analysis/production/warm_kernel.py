"""Kernels that start in a blink: forked from a process that has imported everything, one kernel a notebook.

A fresh kernel spends more time on starting and importing than a notebook of ours on its work. Here the
standard library's fork server (`multiprocessing.forkserver`) keeps one process in which the imports are
done (`zygote`), and every notebook gets a fork of it: as isolated as a process of its own, as fast as none.
Papermill finds it as the engine ``sxedu-warm``, jupyter_client as the kernel provisioner of the same name; a
notebook cannot tell the difference, and its outputs are the same bytes.

Where there is no fork (Windows), or where system libraries do not bear one (macOS), `is_available` says so
and the callers use papermill's own engine.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.metadata import EntryPoint
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from sxedu_analysis.foundation.paths import home, is_clone
from sxedu_analysis.production.zygote import MARK, READY, KernelLaunch

ENGINE = "sxedu-warm"
"""Name of the papermill engine and of the kernel provisioner."""

START_LIMIT = 60
"""Seconds a fork may take until it answers; the first waits for the imports."""

_HASH_SEED = "0"
# Read when a module is imported or the interpreter starts: another value needs another fork server.
_READ_AT_START = (
    "PYTHONPATH",
    "MPLCONFIGDIR",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "LANG",
    "LC_ALL",
    "TZ",
)


def is_available() -> bool:
    """Whether this system forks processes that have imported numerical libraries without harm."""
    import multiprocessing

    return sys.platform != "darwin" and "forkserver" in multiprocessing.get_all_start_methods()


def kernel_environment() -> dict[str, str]:
    """What a kernel has in its environment beside the caller's: a fixed hash seed, the clone's package."""
    found = {"PYTHONHASHSEED": _HASH_SEED}
    if is_clone():
        found["PYTHONPATH"] = os.pathsep.join(filter(None, [str(home()), os.environ.get("PYTHONPATH", "")]))
    return found


def kernel_spec(environment: Mapping[str, str] | None = None, *, warm: bool = True) -> KernelSpec:
    """The very interpreter that runs us as a kernel, whatever kernelspecs the machine has."""
    spec = KernelSpec(
        argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=ERROR"],
        display_name="Python 3",
        language="python",
        env=dict(environment or {}) | kernel_environment(),
    )
    if warm:
        spec.metadata = {"kernel_provisioner": {"provisioner_name": ENGINE}}
    return spec


def start() -> None:
    """Start the fork server, where there can be one: it imports while the caller does something else."""
    if is_available():
        _server().start()


def stop() -> None:
    """End the fork server."""
    _server().stop()


@cache
def _server() -> _Server:
    return _Server()


class _Server:
    """The fork server of this process: the standard library's, an instance of our own.

    The library's shared instance serves `multiprocessing`; what we preload is no business of its users.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made_for: tuple[int, dict[str, str]] | None = None
        self._server: Any = None

    def start(self) -> Any:
        """The running server; a new one after a fork of ours, or if what is read at start has changed."""
        from multiprocessing.forkserver import ForkServer

        with self._lock:
            wanted = os.environ | kernel_environment()
            made_for = (os.getpid(), {key: wanted[key] for key in _READ_AT_START if key in wanted})
            if self._server is None or self._made_for != made_for:
                if self._made_for and self._made_for[0] == os.getpid():
                    self._server._stop()
                self._server, self._made_for = ForkServer(), made_for
                self._server.set_forkserver_preload(["sxedu_analysis.production.zygote"])
            with _environment(kernel_environment() | {MARK: "1"}):
                self._server.ensure_running()
            return self._server

    def fork(self, launch: KernelLaunch) -> _Forked:
        """Fork a kernel; returns before it is ready."""
        from multiprocessing.forkserver import read_signed

        server = self.start()
        ready, tell = os.pipe()
        try:
            status, alive = server.connect_to_new_process([tell])
        except BaseException:
            os.close(ready)
            raise
        finally:
            os.close(tell)
        try:
            # As `multiprocessing.spawn` reads it: what to prepare (nothing), and whom to run.
            _write(alive, pickle.dumps({}) + pickle.dumps(launch))
            return _Forked(read_signed(status), status, alive, ready)
        except BaseException:
            for descriptor in (status, alive, ready):
                os.close(descriptor)
            raise

    def stop(self) -> None:
        with self._lock:
            if self._server is not None and self._made_for and self._made_for[0] == os.getpid():
                self._server._stop()
            self._server = self._made_for = None


@contextmanager
def _environment(added: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in added}
    os.environ.update(added)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


class _Forked:
    """A kernel's process, with as much of `subprocess.Popen` as a provisioner asks for."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, status: int, alive: int, ready: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._status, self._alive, self.ready = status, alive, ready

    def poll(self) -> int | None:
        """The exit code, once there is one: the fork server, its parent, tells."""
        from multiprocessing.connection import wait
        from multiprocessing.forkserver import read_signed

        if self.returncode is None and wait([self._status], 0):
            try:
                self.returncode = read_signed(self._status)
            except (OSError, EOFError):
                # The fork server died, and its kernels with it.
                self.returncode = 255
        return self.returncode

    def wait(self) -> int:
        """Wait for the end and close what was open."""
        while self.poll() is None:
            time.sleep(0.002)
        for descriptor in (self._status, self._alive, self.ready):
            if descriptor >= 0:
                os.close(descriptor)
        self._status = self._alive = self.ready = -1
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, signum: int) -> None:
        """Signal the kernel and what it started: it leads a process group."""
        if self.poll() is None:
            try:
                os.killpg(self.pid, signum)
            except ProcessLookupError:
                # Just forked, it does not lead a group yet.
                os.kill(self.pid, signum)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class ForkedProvisioner(LocalProvisioner):
    """Launches a kernel by a fork of the warm process instead of a command line."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel and wait until its ports are bound."""
        # `python -m ipykernel_launcher …`: what a fork needs is what follows.
        launch = KernelLaunch(
            cmd[cmd.index("ipykernel_launcher") + 1 :],
            dict(kwargs.get("env") or os.environ),
            str(kwargs.get("cwd") or Path.cwd()),
        )
        try:
            forked = _server().fork(launch)
        except (OSError, EOFError) as error:
            raise RuntimeError(f"Kernel died before it was forked: {error}") from None
        self.process: Any = forked
        self.pid = self.pgid = forked.pid
        self.cwd = launch.folder
        await _is_ready(forked)
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """End the kernel and see it end: the manager would look ten times a second whether it has."""
        await super().kill(restart=restart)
        last = time.monotonic() + 1
        while self.process is not None and self.process.poll() is None and time.monotonic() < last:
            await asyncio.sleep(0.002)

    async def wait(self) -> int | None:
        """Wait for the end; the default looks ten times a second: longer than a kernel takes to end."""
        if self.process is None:
            return 0
        while self.process.poll() is None:
            await asyncio.sleep(0.002)
        code: int = self.process.wait()
        self.process = None
        return code


async def _is_ready(forked: _Forked) -> None:
    loop = asyncio.get_running_loop()
    told = loop.create_future()

    def hear() -> None:
        if not told.done():
            told.set_result(os.read(forked.ready, 1))

    loop.add_reader(forked.ready, hear)
    try:
        word = await asyncio.wait_for(told, START_LIMIT)
    except TimeoutError:
        word = b""
    finally:
        loop.remove_reader(forked.ready)
    if word != READY:
        forked.kill()
        forked.wait()
        raise RuntimeError("Kernel died before it was ready")


class PromptClient(AsyncKernelClient):
    """Ends the drain of start-up messages on the answer to its own question instead of a fixed wait."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers on both channels."""
        last = time.monotonic() + (timeout or START_LIMIT)
        while time.monotonic() < last:
            asked = self.kernel_info()
            try:
                while _asked(await self.shell_channel.get_msg(timeout=1)) != asked:
                    pass
                while True:
                    message = await self.iopub_channel.get_msg(timeout=0.2)
                    if _asked(message) == asked and message["content"].get("execution_state") == "idle":
                        return
            except Empty:
                # Either it died, or it published before we had subscribed: ask again.
                if not await self.is_alive():
                    raise RuntimeError("Kernel died before replying to kernel_info") from None
        raise RuntimeError(f"Kernel didn't respond in {timeout or START_LIMIT:g} seconds")


def _asked(message: Mapping[str, Any]) -> str:
    return str(message["parent_header"].get("msg_id", ""))


class OwnKernelManager(AsyncKernelManager):
    """Starts this interpreter, whatever kernelspecs the machine has, off the network.

    Parameters
    ----------
    spec : KernelSpec, optional
        The warm kernel by default.
    scratch : path, optional
        Folder for the sockets; one of its own by default, which goes with the kernel.
    folder : path, optional
        Working folder of the kernel; the caller's by default.
    """

    def __init__(
        self,
        *,
        spec: KernelSpec | None = None,
        scratch: Path | None = None,
        folder: Path | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.client_class = f"{__name__}.PromptClient"
        self._own_spec = spec or kernel_spec()
        self._own_scratch = None if scratch else tempfile.mkdtemp(prefix="sxedu-k-")
        self._folder = folder
        _register_provisioner()
        socket = Path(scratch or self._own_scratch or "") / "k"
        # A socket's path must be short; Windows has none.
        if os.name == "posix" and len(str(socket)) < 70:
            self.transport, self.ip = "ipc", str(socket)

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel to start."""
        return self._own_spec

    async def start_kernel(self, **kwargs: Any) -> None:  # type: ignore[override]
        """Start the kernel in its folder. Papermill would change this process's own, which threads share."""
        if self._folder is not None:
            kwargs.setdefault("cwd", str(self._folder))
        await super().start_kernel(**kwargs)

    async def cleanup_resources(self, restart: bool = False) -> None:  # type: ignore[override]
        """Clean up, the folder of the sockets too."""
        await super().cleanup_resources(restart=restart)
        if self._own_scratch and not restart:
            shutil.rmtree(self._own_scratch, ignore_errors=True)


class WarmEngine:
    """Papermill's engine ``sxedu-warm``: its own, with forked kernels that end when their notebook is done.

    Not a subclass: papermill loads its engines while it is itself being imported.
    """

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **kwargs: Any) -> Any:
        """Execute a notebook in a forked kernel."""
        from papermill.engines import NBClientEngine

        given = {"kernel_manager_class": OwnKernelManager, "shutdown_kernel": "immediate"} | kwargs
        return NBClientEngine.execute_notebook(nb, kernel_name, **given)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> Any:
        """As papermill's own engine."""
        from papermill.engines import NBClientEngine

        return NBClientEngine.nb_kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> Any:
        """As papermill's own engine."""
        from papermill.engines import NBClientEngine

        return NBClientEngine.nb_language(nb, language)


def _register_provisioner() -> None:
    """Make the provisioner known where the package runs without being installed (a clone on PYTHONPATH)."""
    known = KernelProvisionerFactory.instance().provisioners
    if ENGINE not in known:
        known[ENGINE] = EntryPoint(
            ENGINE, f"{__name__}:ForkedProvisioner", KernelProvisionerFactory.GROUP_NAME
        )


def register_engine() -> None:
    """Make the engine known to papermill, for the same reason."""
    from papermill.engines import papermill_engines

    papermill_engines.register(ENGINE, WarmEngine)
