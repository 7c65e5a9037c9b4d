"""Wrong losses of f and s, what the two of each pair are worth (B,), that both losses of lesson 13 may be."""

WINNER, LOSER = "torch.where(pairs.prefers_first, f, s)", "torch.where(pairs.prefers_first, s, f)"
P, NOT_P = "pairs.prefers_first.float()", "(1 - pairs.prefers_first.float())"

WRONG_LOSSES = {
    "for a choice that seems impossible": [
        "-torch.where(pairs.prefers_first, f.exp(), s.exp()).div(f.exp() + s.exp()).log().mean()",
        f"-({P} * torch.sigmoid(f - s).log() + {NOT_P} * torch.log(1 - torch.sigmoid(f - s))).mean()",
        f"-torch.softmax(torch.stack(({WINNER}, {LOSER})), 0)[0].log().mean()",
    ],
    "sigmoid or logsigmoid is taken of each": [
        f"-({WINNER}.sigmoid() - {LOSER}.sigmoid()).log().mean()",
        f"(F.logsigmoid({LOSER}) - F.logsigmoid({WINNER})).mean()",
        f"F.softplus({LOSER}.sigmoid() - {WINNER}.sigmoid()).mean()",
    ],
    "softmax runs over the pairs": [
        f"F.nll_loss(F.log_softmax(torch.stack((f, s)), dim=1).T, ({NOT_P}).long())",
        f"-torch.log(torch.softmax({WINNER} - {LOSER}, 0)).mean()",
    ],
    "sigmoid or softmax is applied twice": [
        f"F.binary_cross_entropy_with_logits(torch.sigmoid(f - s), {P})",
        f"F.cross_entropy(torch.softmax(torch.stack((f, s), -1), -1), {NOT_P}.long())",
    ],
    "the mean is taken too early": [
        f"F.softplus({LOSER}.mean() - {WINNER}.mean())",
        f"F.binary_cross_entropy_with_logits((f.mean() - s.mean()).expand(len(f)), {P})",
    ],
    "the pairs of either choice are averaged apart": [
        "sum(F.softplus(x).mean() for x in ((s - f)[pairs.prefers_first], (f - s)[~pairs.prefers_first]))",
        "(lambda p: F.softplus(s - f)[p].mean() + F.softplus(f - s)[~p].mean())(pairs.prefers_first) / 2",
    ],
    "both cases are multiplied by prefers_first": [
        f"-({P} * F.logsigmoid(f - s) + {P} * F.logsigmoid(s - f)).mean()",
        f"({P} * (F.softplus(s - f) + F.softplus(f - s))).sum() / len(f)",
    ],
}


def wrong_losses(right: str) -> dict[str, list[str]]:
    """Edits of an answer in which `right` is the loss."""
    return {hint: [f"{right} => {wrong}" for wrong in losses] for hint, losses in WRONG_LOSSES.items()}
