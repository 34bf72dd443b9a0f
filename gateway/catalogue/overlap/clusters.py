"""Clusters: entries that do the same, found over the whole catalogue at once.

Holds: each entry's nearest, judged; communities of what is judged likely; the figures of a cluster.
Laws: 1. The same entries give the same clusters, in whatever order they were registered: rows stand by id, the seed is fixed. 2. No chain:
a community holds together by many edges, not by one after another. 3. An entry is in one cluster, or alone in none.
Must not know: plans, money.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix, identity
from scipy.sparse.csgraph import connected_components
from sknetwork.clustering import Louvain
from sparse_dot_topn import sp_matmul_topn

from .index import Index, build_index
from .pairs import PairModel, compute_features

NEAREST = 30
SHARED_MAX = 1_500  # a term that more entries have seeks nobody here
EDGE_MIN = 0.7
FRIENDS_MIN = 0.3  # of the likely partners of both, how many they share: one likely pair alone joins no groups
RESOLUTION = 0.1
SEED = 20
_BLOCK = 20_000


@dataclass(frozen=True, slots=True)
class Cluster:
    """Entries that do the same. Shape: `members` by id; `edges` the pairs judged likely, with their probability."""

    id: str
    members: tuple[str, ...]
    edges: tuple[tuple[str, str, float], ...]

    @property
    def cohesion(self) -> float:
        """Give the mean probability of its edges."""
        return sum(chance for _, _, chance in self.edges) / max(1, len(self.edges))


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs of rows with the probability that they do the same; `rows` below `others`."""

    rows: NDArray[np.int64]
    others: NDArray[np.int64]
    chances: NDArray[np.float32]


def find_clusters(index: Index, model: PairModel) -> list[Cluster]:
    """Give the clusters of a catalogue, the largest first. Entries that came since the index was built are counted in."""
    settled = settle_index(index)
    return group_edges(settled, find_edges(settled, model))


def settle_index(index: Index) -> Index:
    """Give an index in which nothing came or went since it was built."""
    if not index.is_aged:
        return index
    return build_index([app for at, app in enumerate(index.apps) if at not in index.gone], index.lexicon)


def find_edges(index: Index, model: PairModel) -> Edges:
    """Judge every entry's nearest, and keep the likely pairs."""
    nearest = _find_nearest(index, model)
    found: dict[tuple[int, int], float] = {}
    for at, row in enumerate(index.rows):
        others = nearest.indices[nearest.indptr[at] : nearest.indptr[at + 1]]
        others = np.sort(others[others != at])
        cosines, norms = index.compare(row, others)
        for other, chance in zip(others, model.judge(compute_features(row.norms, cosines, norms)), strict=True):
            if chance >= EDGE_MIN:
                found[min(at, int(other)), max(at, int(other))] = float(chance)
    pairs = np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
    return Edges(pairs[:, 0], pairs[:, 1], np.array([found[int(one), int(other)] for one, other in pairs], np.float32))


def relate_entries(index: Index, model: PairModel, ids: Sequence[str]) -> tuple[tuple[str, str, float], ...]:
    """Give the likely pairs among some entries, each once; ids that are not there are passed over."""
    places = np.array([index.places[id] for id in dict.fromkeys(ids) if id in index.places], np.int64)
    found: list[tuple[str, str, float]] = []
    for at, place in enumerate(places[:-1]):
        row, others = index.rows[place], places[at + 1 :]
        chances = model.judge(compute_features(row.norms, *index.compare(row, others)))
        found += [
            (index.apps[place].id, index.apps[other].id, round(float(chance), 4))
            for other, chance in zip(others, chances, strict=True)
            if chance >= EDGE_MIN
        ]
    return tuple(found)


def _find_nearest(index: Index, model: PairModel) -> csr_matrix:
    """Give for each row the rows nearest to it by all channels."""
    shares = np.sqrt(model.search)[index.terms.channels[: index.built.shape[1]]]
    counts = np.bincount(index.built.indices, minlength=index.built.shape[1])
    shares[counts > SHARED_MAX] = 0
    weighed = index.built.copy()  # its places are those of the rows, which stay
    weighed.data *= shares[weighed.indices]
    weighed.eliminate_zeros()
    return sp_matmul_topn(weighed, weighed.T.tocsr(), top_n=NEAREST, threshold=0.05, sort=True, n_threads=1)


def group_edges(index: Index, edges: Edges) -> list[Cluster]:
    """Group rows by communities of their edges."""
    number = len(index.rows)
    if not len(edges.rows):
        return []
    labels = _find_communities(_weigh_by_friends(edges, number))
    members: dict[int, list[int]] = {}
    for at, label in enumerate(labels):
        members.setdefault(int(label), []).append(at)
    inside: dict[int, list[tuple[str, str, float]]] = {}
    for one, other, chance in zip(edges.rows, edges.others, edges.chances, strict=True):
        if labels[one] == labels[other]:
            inside.setdefault(int(labels[one]), []).append((index.apps[one].id, index.apps[other].id, round(float(chance), 4)))
    found = [
        _make_cluster([index.apps[at].id for at in group], inside.get(label, ())) for label, group in members.items() if len(group) > 1
    ]
    return sorted(found, key=lambda cluster: (-len(cluster.members), cluster.id))


def _make_cluster(members: Iterable[str], edges: Iterable[tuple[str, str, float]]) -> Cluster:
    ordered = tuple(sorted(members))
    return Cluster(ordered[0], ordered, tuple(sorted(edges)))


def _weigh_by_friends(edges: Edges, number: int) -> csr_matrix:
    """Weigh each edge by the share of likely partners that both ends have in common, themselves included."""
    graph = coo_matrix((np.ones(len(edges.rows), np.float32), (edges.rows, edges.others)), shape=(number, number))
    friends = (graph + graph.T + identity(number, dtype=np.float32)).tocsr()
    degrees = np.asarray(friends.sum(axis=1)).ravel()
    common = np.zeros(len(edges.rows), np.float32)
    for begin in range(0, len(common), _BLOCK):
        part = slice(begin, begin + _BLOCK)
        common[part] = np.asarray(friends[edges.rows[part]].multiply(friends[edges.others[part]]).sum(axis=1)).ravel()
    shares = common / (degrees[edges.rows] + degrees[edges.others] - common)
    kept = shares >= FRIENDS_MIN
    weighed = coo_matrix((shares[kept], (edges.rows[kept], edges.others[kept])), shape=(number, number))
    return (weighed + weighed.T).tocsr()


def _find_communities(graph: csr_matrix) -> NDArray[np.int64]:
    """Label the rows: communities within each connected part, so that a part's communities depend on that part alone.

    Louvain, not Leiden: that of scikit-network draws from a generator that takes no seed, and gives other communities each time.
    """
    parts, part_of = connected_components(graph, directed=False)
    order = np.argsort(part_of, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(part_of, minlength=parts))])
    labels = np.zeros(graph.shape[0], dtype=np.int64)
    used = 0
    for part in range(parts):
        rows = np.sort(order[starts[part] : starts[part + 1]])
        if len(rows) < 3:
            labels[rows] = used
            used += 1
            continue
        within = Louvain(resolution=RESOLUTION, modularity="potts", random_state=SEED).fit_predict(graph[rows][:, rows])
        labels[rows] = used + within
        used += int(within.max()) + 1
    return labels
