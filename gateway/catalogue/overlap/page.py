"""What overlaps, as a page of HTML that needs nothing else, with each cluster drawn.

Laws: 1. Whatever an owner wrote is escaped. 2. The drawing is a function of the cluster: the same entries give the same picture. 3. It says
in words what it shows: each picture has a title, each figure stands in a table too. Must not know: who serves it.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence

from ..drawing import draw_group
from ..entry import App
from .clusters import Cluster
from .screen import Match

_STYLE = (
    "body{font:11pt/1.4 sans-serif;margin:1.5em auto;max-width:70em;color:#111;padding:0 1em}table{border-collapse:collapse}"
    "td,th{text-align:left;padding:.15em .6em;border-bottom:1px solid #bbb;vertical-align:top}svg{max-width:100%;height:auto}"
    "caption{text-align:left;font-weight:bold;padding:.6em 0}"
)


def write_page(title: str, clusters: Sequence[Cluster], apps: Mapping[str, App], matches: Sequence[Match] = ()) -> str:
    """Give matches of one entry and clusters as one page."""
    body = (_write_matches(matches) if matches else "") + "".join(_write_cluster(cluster, apps) for cluster in clusters)
    name = html.escape(title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title><style>{_STYLE}</style></head>'
        f"<body><main><h1>{name}</h1>{body or '<p>Nothing overlaps.</p>'}</main></body></html>\n"
    )


def _write_matches(matches: Sequence[Match]) -> str:
    rows = [
        (
            match.verdict.word,
            f"{match.verdict.probability:.2f}",
            match.app.id,
            match.app.title.id or match.app.title.en,
            f"{match.verdict.explanation.mine.share:.0%} / {match.verdict.explanation.theirs.share:.0%}",
            "; ".join(f"{pair.mine.name} = {pair.theirs.name} ({pair.why})" for pair in match.verdict.explanation.fields),
            ", ".join(match.verdict.explanation.missing),
        )
        for match in matches
    ]
    return _table("Matches", ("verdict", "probability", "application", "title", "coverage, mine / theirs", "fields", "not there"), rows)


def _write_cluster(cluster: Cluster, apps: Mapping[str, App]) -> str:
    members = [apps[one] for one in cluster.members if one in apps]
    rows = [(app.id, app.title.id or app.title.en, app.owner, app.lifecycle) for app in members]
    owners = len({app.owner for app in members})
    return (
        f"<h2>{html.escape(cluster.id)}</h2><p>{len(members)} applications of {owners} owners; mean probability {cluster.cohesion:.2f}</p>"
        + draw_cluster(cluster)
        + _table("Members", ("application", "title", "owner", "lifecycle"), rows)
    )


def draw_cluster(cluster: Cluster) -> str:
    """Draw a cluster as SVG."""
    return draw_group(cluster.members, cluster.edges)


def _table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f'<th scope="col">{html.escape(one)}</th>' for one in head)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><caption>{html.escape(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
