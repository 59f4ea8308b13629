"""People trained (K60, as a number).

Definition: How many agents completed a course.
Formula: completions of the course.
Unit: people; higher is better where training was asked for.
Counted: Completed or passed trainings of the course on a day of the period; n is their number. Other courses and
    trainings not completed are left out, with counts.
Variants: One `course`, or every course (default).
Confused with: Validity of training (K60), a share of contacts; the length of trainings, which activity time counts.
Edge cases: Who completes a course twice on different days counts twice: each stands for a class that was paid. Training
    of those who replace leavers is usually the partner's own cost: name another course for it.
Source: KPI dictionary K60.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures.measure import AT_START, HIGHER, MEASURED_IN, At, Counting, Example, Measure, Param


def _other_course(at: At) -> nw.Expr:
    return at.never() if at.text("course") == "every" else ~at.word("course", at.text("course"))


def _not_completed(at: At) -> nw.Expr:
    return ~at.word("result", "completed", "passed")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="People trained",
    source="K60",
    unit="people",
    better=HIGHER,
    kind="census",
    fact="course_taken",
    counting=Counting(
        left_out=(("another course", _other_course), ("not completed", _not_completed)),
        numerator=At.every,
    ),
    period_rules=(MEASURED_IN,),
    attributions=(AT_START,),
    params={"course": Param("every", "name of the course, or every", pattern=r"[\w .&/+-]{1,80}")},
)

EXAMPLE = Example(
    rows=(
        {"course": "refunds"},
        {"course": "refunds", "result": "passed"},
        {"course": "refunds", "result": "failed"},
        {"course": "privacy"},
        {"course": "refunds"},
    ),
    value=Fraction(3),
    n=3,
    excluded=(("another course", 1), ("not completed", 1)),
    params={"course": "refunds"},
)
