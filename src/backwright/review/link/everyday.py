"""Names that many things have, so that they say nothing about which is meant."""

COMMON = frozenset(
    "get set add put post delete remove update create save find list all open close read write run start stop init main handle "
    "execute call apply map filter each send index show store name value key type id size length count first last next "
    "toString equals hashCode string format parse build new from into clone copy then catch test check process load json "
    "render log info error warn debug print println invoke accept query exec connect push pop append insert commit "
    "rollback flush clear reset validate register include use mount group route item items data config setup values keys entries copy clone sort join split replace strip match contains union difference".split()
)
