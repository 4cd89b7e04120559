"""Sites on the platform of the central government (rijksoverheid.nl and its sisters)."""
