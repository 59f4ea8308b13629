"""E-mail addresses (RFC 5321 local parts without quotes, domains with at least one dot; letters of any script)."""

from tallystick.privacy.detector import Detector, Settings, Spans

_MARKS = frozenset("._%+'&/=?^{|}~!#$*-")


def _find(candidate: str, settings: Settings) -> Spans:
    del settings
    at = candidate.rindex("@")
    start = at
    while start and (candidate[start - 1].isalnum() or candidate[start - 1] in _MARKS):
        start -= 1
    while start < at and candidate[start] in ".'":
        start += 1
    end = at + 1
    while end < len(candidate) and (candidate[end].isalnum() or candidate[end] in ".-"):
        end += 1
    domain = candidate[at + 1 : end].rstrip(".-")
    labels = domain.split(".")
    top = labels[-1]
    if not 0 < at - start <= 64 or len(labels) < 2 or not all(labels) or len(top) < 2 or not top[0].isalpha():
        return []
    return [(start, at + 1 + len(domain))]


DETECTOR = Detector(
    label="[EMAIL]",
    title="e-mail address",
    # Generous: whatever stands around an @ without a blank or bracket.
    pattern=r"""[^\x00-\x20@"(),:;<>\[\]\\]+@[^\x00-\x20@"(),:;<>\[\]\\]+""",
    find=_find,
    rank=10,
)
