"""What is in the way of using a Ray cluster, and what to do about it, in words.

No token is ever part of them: only where it is looked for.
"""

from __future__ import annotations

import os
import re
import sys
from typing import Any

from aibro.engines.ray.address import EXAMPLES, Address

NOBODY = "nothing listens there"
_PIP = "ERROR: "
_VERSIONS = re.compile(
    r"cluster was started with:\s+Ray: (\S+)\s+Python: (\S+)\s.*"
    r"was started with:\s+Ray: (\S+)\s+Python: (\S+)",
    re.DOTALL,
)


def explain(error: BaseException, address: str) -> str:
    """Why the cluster cannot be used, from what Ray raised."""
    found = _VERSIONS.search(str(error))
    if found is not None:
        return _mismatch(address, *found.groups())
    if isinstance(error, ImportError):
        return (
            f"Ray is not installed here, or not whole ({error}). Run "
            f'pip install "jupyterlab-aibro[ray]" in the environment of {sys.prefix}.'
        )
    if type(error).__name__ == "AuthenticationError":
        return _wrong_token(address)
    said = str(error).strip().splitlines() or [type(error).__name__]
    return f"The Ray cluster at {address} cannot be used: {said[0][:300]}"


def _mismatch(address: str, ray: str, python: str, own_ray: str, own_python: str) -> str:
    steps = []
    if ray != own_ray:
        steps.append(f'pip install "ray[client,default]=={ray}" in the environment of {sys.prefix}')
    if python != own_python:
        steps.append(f"use an environment with Python {python}")
    return (
        f"The cluster at {address} has Ray {ray} and Python {python}, this environment has Ray "
        f"{own_ray} and Python {own_python}. Both have to be the same: {', and '.join(steps)}."
    )


def no_token(address: str) -> str:
    """There is no token to show to the cluster."""
    path = os.environ.get("RAY_AUTH_TOKEN_PATH")
    missing = (
        f"RAY_AUTH_TOKEN_PATH names {path}, which is empty or cannot be read"
        if path and not os.environ.get("RAY_AUTH_TOKEN")
        else "there is none in RAY_AUTH_TOKEN, in the file that RAY_AUTH_TOKEN_PATH names or in "
        "~/.ray/auth_token"
    )
    return (
        f"The Ray cluster at {address} is asked with a token, and {missing}. Put the cluster's "
        "token there (`ray get-auth-token` on its head shows it). For a cluster without tokens, "
        "set RAY_AUTH_MODE=disabled."
    )


def unknown_mode(mode: str) -> str:
    """Ray would take it for no token at all."""
    return (
        f"RAY_AUTH_MODE is {mode[:40]!r}, which Ray does not know. Set it to token, or to disabled "
        "for a cluster without tokens."
    )


def _wrong_token(address: str) -> str:
    if os.environ.get("RAY_AUTH_MODE", "").lower() == "disabled":
        return (
            f"The Ray cluster at {address} wants a token, and RAY_AUTH_MODE=disabled is set here. "
            "Set RAY_AUTH_MODE=token, and put the cluster's token into ~/.ray/auth_token."
        )
    source = "RAY_AUTH_TOKEN" if os.environ.get("RAY_AUTH_TOKEN") else None
    source = source or os.environ.get("RAY_AUTH_TOKEN_PATH") or "~/.ray/auth_token"
    return (
        f"The Ray cluster at {address} does not accept the token in {source}. Put the cluster's "
        "token there; `ray get-auth-token` on its head shows it."
    )


def refused(error: Any, where: Address, address: str, waited_s: float) -> str:
    """Why a call to what should be a cluster failed.

    Args:
        error: the ``grpc.RpcError``.
        where: what was called.
        address: the same, as machines.toml has it.
        waited_s: for how long at most.
    """
    import grpc

    code, details = error.code(), str(error.details() or "")
    if code in {grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED}:
        return _wrong_token(address)
    if code not in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}:
        kind = (
            "a Ray Client server (port 10001"
            if where.client
            else "the head of a Ray cluster (port 6379"
        )
        return (
            f"What answers at {address} is not {kind} unless told). "
            f"Mend the address in machines.toml: {EXAMPLES}."
        )
    if "refused" in details:
        why = NOBODY
    elif "resol" in details or "lookup" in details:
        why = f"the name {where.host} is not known"
    else:
        why = f"there was no answer within {waited_s:g} s"
    return unanswered(address, why)


def unanswered(address: str, why: str) -> str:
    """Nothing answers where the cluster should be."""
    return (
        f"The Ray cluster at {address} does not answer: {why}. Is it up, and is its address in "
        "machines.toml right?"
    )


def error_line(error: Exception) -> str:
    """What one of Ray's errors says that people can use, in one line."""
    cause = getattr(error, "cause", None)
    text = str(cause if isinstance(cause, Exception) else error)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    line = lines[-1 if isinstance(cause, Exception) else 0] if lines else type(error).__name__
    # What pip could not do stands somewhere in what Ray says of the whole.
    found = [each.partition(_PIP)[2] for each in lines if _PIP in each]
    return f"{line} {found[-1]}"[:500] if found else line[:500]
