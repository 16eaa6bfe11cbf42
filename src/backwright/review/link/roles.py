"""Whether the configuration of an application asks for a role before an endpoint, and not only for a login."""

from backwright.review.link.declared import Declared
from backwright.review.link.judge import Judge
from backwright.review.link.jvmguards import endpointed


def asks_for_role(judge: Judge, declared: Declared) -> bool:
    """Return whether a rule of Spring's, Shiro's or Symfony's configuration wants more than somebody who is logged in."""
    guards = judge.guards
    if guards is not None and guards.judges(declared.at, declared.framework):
        rule = guards.chains.rule(endpointed(declared))
        return rule is not None and rule.asks_for_role
    return declared.framework == "symfony" and judge.symfony.asks_for_role(
        declared.method, declared.path, declared.given
    )
