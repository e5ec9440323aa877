"""Mail, Slack, Teams and whatever else Apprise knows (the optional extra ``notify``)."""

from __future__ import annotations

import warnings
from typing import Any

from aggregator.config_outbox import TargetTable
from aggregator.errors import LeadlineError
from aggregator.outbox import Message
from feeds import secrets
from feeds.errors import FetchError

_BODY = {"text": "text", "md": "markdown", "html": "html"}


def send(target: TargetTable, message: Message) -> None:
    """Hand the message to the service. Raises LeadlineError; its words never hold the address, which is a secret."""
    try:
        import apprise
    except ImportError:
        hint = "pip install 'leadline[notify]'"
        raise LeadlineError(f"the target {target.id} needs Apprise, which is not installed", hint=hint) from None
    try:
        url = secrets.resolve(target.url)
    except FetchError as error:
        raise LeadlineError(f"the target {target.id} cannot be used: {error}", hint=error.hint) from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of Apprise's own use of Python
        services = _services(apprise, target, url)
        try:
            arrived = services.notify(body=message.body, title=message.subject, body_format=_BODY[message.format])
        except Exception as error:  # a plug-in of a service may raise anything
            raise LeadlineError(f"the target {target.id} failed ({type(error).__name__})", hint=_hint(target)) from None
    if not arrived:
        raise LeadlineError(f"the target {target.id} did not take the message", hint=_hint(target))


def _services(apprise: Any, target: TargetTable, url: str) -> Any:
    asset = apprise.AppriseAsset(
        app_id="leadline", app_desc="leadline", app_url="", image_url_mask="", image_url_logo="", async_mode=False
    )
    services = apprise.Apprise(asset=asset)
    if not services.add(url) or not len(services):
        raise LeadlineError(
            f"the target {target.id}: Apprise does not know what its reference names",
            hint="an address like mailtos://USER:PASSWORD@HOST?to=WHOM, or slack://…; see Apprise's own pages",
        )
    return services


def _hint(target: TargetTable) -> str:
    return f"check its reference and the service; `leadline send --test {target.id}` tries it"
