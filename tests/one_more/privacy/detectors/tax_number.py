"""German VAT numbers: DE and nine digits."""

from tallystick.privacy.detector import Detector, whole

DETECTOR = Detector("[TAX]", "tax number", r"\bDE[0-9]{9}\b", whole, rank=5)
