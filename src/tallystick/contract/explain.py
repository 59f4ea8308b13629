"""What a rule means: its docstring for `tally explain TS-C051`, and the reference page of all rules."""

from __future__ import annotations

import importlib

from tallystick.contract.rule import PACKAGE, Rule, rules


def rule_of(rule_id: str) -> tuple[str, Rule] | None:
    """(file name, rule) of an id such as `TS-C051` (or of the file's name), or None."""
    wanted = rule_id.strip().upper()
    return next(((name, rule) for name, rule in rules().items() if rule.id == wanted or name.upper() == wanted), None)


def explain_rule(rule_id: str) -> str | None:
    """A rule in plain language: what it finds, the cause, the cure; None where there is no such rule."""
    found = rule_of(rule_id)
    if found is None:
        return None
    name, rule = found
    return f"{rule.id} {rule.title} ({rule.severity})\n\n{_docstring(name)}"


def _docstring(name: str) -> str:
    return (importlib.import_module(f"{PACKAGE}.{name}").__doc__ or "").strip()


def reference_page() -> str:
    """docs/reference/contract-rules.md: every rule with its cause and cure, by id."""
    lines = [
        "# Rules of contract texts",
        "",
        "What `tally check` looks for; `tally explain TS-C051` prints one rule.",
        "This page is made from the rules' own files (`src/tallystick/contract/rules`).",
        "An *error* makes the text invalid, a *warning* asks whether it is meant, a *note* tells.",
        "",
    ]
    for name, rule in sorted(rules().items(), key=lambda entry: entry[1].id):
        lines += [f"## {rule.id} {rule.title}", "", f"*{rule.severity}*, `{name}`", ""]
        summary, _, rest = _docstring(name).partition("\n\n")
        lines += [" ".join(summary.split()), ""]
        for part in _parts(rest):
            label, _, text = part.partition(": ")
            lines += [f"- **{label}:** {text}"]
        lines.append("")
    return "\n".join(lines)


def _parts(text: str) -> list[str]:
    """The `Cause:` and `Cure:` parts, each as one line."""
    parts: list[list[str]] = []
    for line in text.splitlines():
        if line.startswith(("Cause:", "Cure:")) or not parts:
            parts.append([])
        parts[-1].append(line.strip())
    return [" ".join(part).strip() for part in parts if "".join(part).strip()]


if __name__ == "__main__":
    import sys

    sys.stdout.write(reference_page())
