"""What leaves the desk in files: the registry of layouts, each a way to write the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module

from aggregator.exports.rows import Row

Render = Callable[[Iterable[Row]], Iterator[str]]
"""Rows in, pieces of text out, in constant memory where the format allows it."""

LAYOUTS = {
    "csv": ("tables:items", "one row an item, all columns"),
    "jsonl": ("records:jsonl", "one JSON object an item"),
    "md": ("records:markdown", "a list for a wiki or a mail"),
    "ics": ("calendar:render", "deadlines and ends of contracts as calendar entries"),
    "salesforce-task": ("tables:salesforce_task", "tasks for Salesforce's Data Loader or import wizard"),
    "salesforce-note": ("tables:salesforce_note", "notes for Salesforce"),
    "salesforce-account": ("tables:salesforce_account", "fields of accounts for Salesforce, one row an account"),
    "hubspot-task": ("tables:hubspot_task", "tasks for HubSpot's import"),
    "hubspot-note": ("tables:hubspot_note", "notes for HubSpot's import"),
    "hubspot-company": ("tables:hubspot_company", "properties of companies for HubSpot, one row a company"),
}
"""Layout → the function beside this file that writes it, and what it is for."""


def renderer(layout: str) -> Render:
    """The function that writes a layout. Raises KeyError for one that there is not."""
    module, _, function = LAYOUTS[layout][0].partition(":")
    found: Render = getattr(import_module(f"aggregator.exports.{module}"), function)
    return found
