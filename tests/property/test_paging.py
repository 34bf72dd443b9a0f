"""Walks over model providers of every style: each element once, in order, and `next` exactly while more is."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.translate.paging import cut_page, find_elements, plan_page
from gateway.translate.paging_form import parse_paging
from gateway.values.page import START

SIZE_MAX = 5
SIZES = st.sampled_from([1, 2, 3, SIZE_MAX - 1, SIZE_MAX, SIZE_MAX + 1, 1000, None])
STYLES = {
    "page, total": {"style": "page", "total": "meta.total"},
    "page from 0, more": {"style": "page", "first": 0, "more": "meta.more"},
    "offset": {"style": "offset"},
    "offset, total": {"style": "offset", "total": "meta.total"},
    "offset, more": {"style": "offset", "more": "meta.more"},
    "cursor": {"style": "cursor", "next": "meta.next"},
    "cursor, more": {"style": "cursor", "next": "meta.next", "more": "meta.more"},
    "none": {"style": "none"},
}


def answer(paging, page, elements):
    """A provider as the dialect says it is: exact, with the smallest right answer."""
    begin = {
        "page": (page.number - paging.first) * page.size,
        "offset": page.offset,
        "cursor": int(page.cursor or 0),
        "none": 0,
    }[paging.style]
    end = len(elements) if paging.style == "none" else begin + page.size
    more = end < len(elements)
    token = str(end) if more or paging.more is not None else None
    return {"data": elements[begin:end], "meta": {"total": len(elements), "more": more, "next": token}}


def walk(paging, elements, sizes, is_sized):
    """Walk to the end with sizes that change; give the pages, and whether each said that more follows."""
    position, pages = START, []
    while position is not None and len(pages) <= len(elements) + 1:
        page = plan_page(paging, position, sizes[len(pages) % len(sizes)], is_sized=is_sized)
        document = answer(paging, page, elements)
        given_, position = cut_page(paging, page, find_elements(paging, document), document)
        pages.append((given_, position is not None))
    return pages


@given(st.sampled_from(sorted(STYLES)), st.integers(0, 4 * SIZE_MAX + 1), st.lists(SIZES, min_size=1, max_size=4), st.booleans())
@settings(max_examples=1500, deadline=None)
def test_a_walk_gives_each_element_once_in_order_and_next_exactly_while_more_is(style, count, sizes, is_sized) -> None:
    form = dict(STYLES[style], items="data")
    if style != "none":
        form["size_max"] = SIZE_MAX
    paging, problems = parse_paging(form)
    assert not problems
    pages = walk(paging, list(range(count)), sizes, is_sized)
    assert [element for given_, _ in pages for element in given_] == list(range(count))
    assert [has_next for _, has_next in pages] == [True] * (len(pages) - 1) + [False]
    assert all(given_ for given_, has_next in pages if has_next), "no page but the last is empty"
    assert count == 0 or pages[-1][0], "the last page is not empty, also where it is exactly full"
    for number, (given_, _) in enumerate(pages):
        size = sizes[number % len(sizes)]
        assert size is None or len(given_) <= size
