# ruff: noqa: E501 - lists of words read best as lines
"""Reviews: what customers wrote about the client in public, as a platform or a listening tool exports it.

In: a CSV, TSV, JSON Lines, JSON, Parquet or XLSX file. Out: reviews, and their words as texts for the vault.
Verbs: recognise, propose, settle, read. Must not know: whose service was meant.
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Mapping, Resolver
from tallystick.records.connectors._listed import ListConnector, Rows, joined
from tallystick.records.connectors._roles import Role, count, few, instant, word
from tallystick.records.connectors.any_table.profiles import Profile
from tallystick.records.connectors.any_table.words import ROLES as CASE_ROLES
from tallystick.records.connectors.any_table.words import language_of
from tallystick.records.connectors.outcomes import yes_no
from tallystick.records.keys import keys_of


class Reviews(ListConnector):
    """One row per review."""

    title: ClassVar[str] = "Public reviews (any table with one row per review)"
    fills: ClassVar[tuple[str, ...]] = ("review",)
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "survey_response": "a review is written in public and unasked; it is no answer to a survey",
        "agent": "a review names no agents",
    }
    shape: ClassVar[str] = "reviews"
    noun: ClassVar[str] = "review"
    roles: ClassVar[AbstractMapping[str, Role]] = {
        "id": word("review id|reviewid|post id|rating id|feedback id|id", differs=True),
        "posted": instant("posted at|review date|reviewed at|published at|review created at|created at|date|submitted at|"
                          "review submit date and time|posted on"),
        "replied": instant("replied at|reply date|response date|developer reply date and time|responded at|answered at|"
                           "owner reply date|replied on"),
        "rating": count("rating|stars|star rating|score|points|bewertung|note|puntuacion"),
        "low": count("rating min|lowest rating|min rating"),
        "high": count("rating max|highest rating|max rating|out of"),
        "platform": few("platform|site|source|store|app store|plattform", most=60),
        "about_service": few("about service|concerns service|service related|is about service", yes_no, most=12),
        "language": few("|".join(CASE_ROLES["language"]) + "|reviewer language", language_of),
        "country": few("country|country code|market|territory|land|pays|pais|paese|tara", most=250),
        "case": word("case id|ticket id|ticket|case"),
        "author": word("author|reviewer|user name|reviewer name|nickname|customer"),
        "text": word("review text|review|text|comment|body|content|review body|bewertungstext", longest=20_000),
        "partner": few("|".join(CASE_ROLES["partner"]), most=100),
        "updated": instant("updated at|last updated|modified at|review last update date and time"),
    }  # fmt: skip
    needs: ClassVar[tuple[tuple[str, ...], ...]] = (("posted",), ("rating",))
    own: ClassVar[tuple[str, ...]] = ("rating", "replied", "platform", "text", "about_service", "country", "author")
    enough: ClassVar[int] = 3
    against: ClassVar[str] = r"\b(survey|csat|nps|ces|sent at|queue|agent|status|shift|call id|priority|assignee)\b"

    def settings(
        self,
        found: AbstractMapping[str, Profile],
        path: Any,  # noqa: ARG002
        hints: AbstractMapping[str, str],  # noqa: ARG002
        doubts: list[str],
    ) -> dict[str, Any]:
        """The scale where no column tells it: 1 to 5, or to 10 where more than 5 is given."""
        if "rating" not in found or "high" in found:
            return {}
        top = max((int(cell) for cell in found["rating"].counts if cell.isdigit()), default=5)
        high = 5 if top <= 5 else 10 if top <= 10 else 100
        if high != 5:
            doubts.append(f"{found['rating'].name!r} is read on a scale of 1 to {high}; say `rating_max`.")
        return {"rating_min": 1, "rating_max": high}

    def tables(self, rows: Rows, mapping: Mapping, resolver: Resolver) -> AbstractMapping[str, pa.Table]:
        """The reviews."""
        told = joined(rows.word("platform"), rows.at("posted"), rows.word("author"), rows.word("rating"))
        key = keys_of(f"{mapping.source}:review", pc.coalesce(rows.word("id"), told))
        text_id = pc.binary_join_element_wise(f"{mapping.source}:review", key.cast(pa.string()), ":")
        low = pc.fill_null(rows.number("low"), int(mapping.settings.get("rating_min", 1)))
        high = pc.fill_null(rows.number("high"), int(mapping.settings.get("rating_max", 5)))
        columns = {
            "review_key": key,
            "posted_at": rows.instant("posted"),
            "replied_at": rows.instant("replied"),
            "rating": rows.number("rating").cast(pa.int32()),
            "rating_min": low.cast(pa.int32()),
            "rating_max": high.cast(pa.int32()),
            "about_service": pc.equal(rows.meant("about_service"), "yes"),
            "language": rows.meant("language"),
            "country": pc.utf8_upper(rows.word("country")),
            "case_key": rows.cases(resolver).keys,
            "text_id": pc.if_else(pc.is_valid(rows.word("text")), text_id, pa.scalar(None, pa.string())),
            "partner_given": rows.word("partner"),
            "source_at": rows.newest("posted", "replied"),
            "source_row": rows.numbers,
        }
        if rows.has("platform"):
            columns["source"] = pc.fill_null(rows.word("platform"), mapping.source)
        return {"review": pa.table(columns)}

    def texts(
        self,
        rows: Rows,
        tables: AbstractMapping[str, pa.Table],
        mapping: Mapping,  # noqa: ARG002
    ) -> pa.Table | None:
        """What was written, for the vault; the author is the person."""
        if not rows.has("text"):
            return None
        review = tables["review"]
        found = pa.table(
            {
                "text_id": review["text_id"],
                "case_key": review["case_key"],
                "person": rows.word("author"),
                "text": rows.word("text"),
                "partner_given": review["partner_given"],
                "source_at": review["source_at"],
                "source_row": review["source_row"],
            }
        )
        return found.filter(pc.is_valid(found["text"]))
