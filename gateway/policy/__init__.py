"""Who may do what: identity, grants, disclosure. Pure: no I/O, no clock; one file per question it answers.

Questions: `token` is this text a token we would look at; `keys` which key of its issuer signed it; `verdicts` have we judged it
before; `budget` may this peer have another one judged; `identity` which agency calls; `grants` may it do this, for this purpose;
`disclosure` what does it see of the answer.
"""
