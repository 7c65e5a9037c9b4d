"""Our two distributions are torch's own, only faster."""

import pytest
import torch
from torch.distributions import Categorical, Independent, Normal, kl_divergence

from ilrl_course.distributions import DiagonalGaussian, Softmax

SCORES = torch.randn(6, 4, generator=torch.Generator().manual_seed(0), requires_grad=True)
MEAN = torch.randn(6, 3, generator=torch.Generator().manual_seed(1), requires_grad=True)
LOG_STD = torch.tensor([0.3, -1.0, 0.0], requires_grad=True)
PAIRS = {
    "discrete": (lambda: Softmax(SCORES), lambda: Categorical(logits=SCORES), (SCORES,)),
    "continuous": (
        lambda: DiagonalGaussian(MEAN, LOG_STD),
        lambda: Independent(Normal(MEAN, LOG_STD.exp().expand_as(MEAN)), 1),
        (MEAN, LOG_STD),
    ),
}


@pytest.mark.parametrize(("ours", "torchs", "parameters"), PAIRS.values(), ids=PAIRS)
class TestAgainstTorch:
    def test_log_prob_and_its_gradient_agree(self, ours, torchs, parameters):
        actions = torchs().sample()
        results = [distribution().log_prob(actions) for distribution in (ours, torchs)]
        torch.testing.assert_close(*results)
        gradients = [torch.autograd.grad(result.sum(), parameters) for result in results]
        torch.testing.assert_close(*gradients)

    def test_entropy_and_its_gradient_agree(self, ours, torchs, parameters):
        results = [distribution().entropy() for distribution in (ours, torchs)]
        torch.testing.assert_close(*results)
        gradients = [
            torch.autograd.grad(result.sum(), parameters, allow_unused=True, materialize_grads=True)
            for result in results
        ]
        torch.testing.assert_close(*gradients)

    def test_mode_and_shapes_agree(self, ours, torchs, parameters):
        torch.testing.assert_close(ours().mode, torchs().mode)
        assert ours().batch_shape == torchs().batch_shape
        assert ours().event_shape == torchs().event_shape
        for shape in (torch.Size(), torch.Size([5])):
            assert ours().sample(shape).shape == torchs().sample(shape).shape

    def test_samples_have_the_same_moments_and_no_gradient(self, ours, torchs, parameters):
        torch.manual_seed(0)
        samples = [distribution().sample(torch.Size([20_000])).float() for distribution in (ours, torchs)]
        assert not samples[0].requires_grad
        for moment in (torch.mean, torch.std):
            torch.testing.assert_close(*(moment(s, dim=0) for s in samples), atol=0.05, rtol=0.05)


def test_samples_of_discrete_actions_follow_their_probabilities():
    torch.manual_seed(0)
    samples = Softmax(SCORES).sample(torch.Size([20_000]))
    frequencies = torch.nn.functional.one_hot(samples, 4).float().mean(0)
    torch.testing.assert_close(frequencies, Softmax(SCORES).probs.detach(), atol=0.015, rtol=0)


OTHER_SCORES, OTHER_MEAN = SCORES.detach().flip(0), MEAN.detach().flip(0)
OTHER_LOG_STD = torch.tensor([-0.5, 0.2, 0.7])
REFERENCES = {
    "discrete": (Softmax(OTHER_SCORES), Categorical(logits=OTHER_SCORES)),
    "continuous": (
        DiagonalGaussian(OTHER_MEAN, OTHER_LOG_STD),
        Independent(Normal(OTHER_MEAN, OTHER_LOG_STD.exp().expand_as(MEAN)), 1),
    ),
}


@pytest.mark.parametrize("kind", PAIRS)
def test_kl_from_a_reference_and_its_gradient_agree_with_torch(kind):
    ours, torchs, parameters = PAIRS[kind]
    reference, torchs_reference = REFERENCES[kind]
    results = ours().kl_from(reference), kl_divergence(torchs_reference, torchs())
    torch.testing.assert_close(*results)
    assert results[0].shape == (6,)
    torch.testing.assert_close(*(torch.autograd.grad(result.sum(), parameters) for result in results))


@pytest.mark.parametrize("kind", PAIRS)
def test_the_kl_from_itself_is_zero(kind):
    ours, _, _ = PAIRS[kind]
    torch.testing.assert_close(ours().kl_from(ours()), torch.zeros(6))


@pytest.mark.parametrize("kind", PAIRS)
def test_a_generator_decides_the_sample_and_the_global_one_stays_as_it_is(kind):
    distribution = PAIRS[kind][0]()

    def draw(seed):
        return distribution.sample(torch.Size([9]), generator=torch.Generator().manual_seed(seed))

    before = torch.get_rng_state()
    first, same, other = draw(0), draw(0), draw(1)
    assert torch.equal(before, torch.get_rng_state())
    assert torch.equal(first, same)
    assert not torch.equal(first, other)
    assert first.shape == distribution.sample(torch.Size([9])).shape


@pytest.mark.parametrize("kind", PAIRS)
def test_samples_of_a_generator_follow_the_distribution_too(kind):
    ours, torchs, _ = PAIRS[kind]
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(0)
    samples = ours().sample(torch.Size([20_000]), generator), torchs().sample(torch.Size([20_000]))
    for moment in (torch.mean, torch.std):
        torch.testing.assert_close(*(moment(s.float(), dim=0) for s in samples), atol=0.05, rtol=0.05)
