using System.Numerics;
using System.Runtime.InteropServices;
using LlmGateway.Statistics;
using LlmGateway.Text.Similarity;

namespace LlmGateway.Retrieval.Adapters;

/// <summary>
/// Trains a <see cref="LinearAdapter"/> on the processor, from the identity, by InfoNCE with the batch's other passages as wrong answers:
/// A. van den Oord, Y. Li and O. Vinyals, Representation Learning with Contrastive Predictive Coding (2018), equation 4, over cosines as
/// in V. Karpukhin et al., Dense Passage Retrieval (2020). Of a batch B the loss is
/// −1/|B| Σᵢ log( exp(cos(Wqᵢ, pᵢ)/τ) / Σⱼ exp(cos(Wqᵢ, pⱼ)/τ) ) + λ‖W − I‖²/2; a passage that is qᵢ's own answer too is no wrong one.
/// Equal seeds give equal adapters.
/// </summary>
internal sealed class AdapterTraining
{
    private readonly IReadOnlyList<EmbeddedPair> _pairs;
    private readonly AdapterSettings _settings;
    private readonly ulong _seed;
    private readonly float[][] _images;
    private readonly float[][] _steps;

    /// <param name="pairs">At least one; vectors of one length, the passages' of length 1.</param>
    /// <param name="settings">How.</param>
    /// <param name="seed">The order of the pairs.</param>
    public AdapterTraining(IReadOnlyList<EmbeddedPair> pairs, AdapterSettings settings, ulong seed)
    {
        (_pairs, _settings, _seed) = (pairs, settings, seed);
        Adapter = LinearAdapter.Identity(pairs[0].Query.Length);
        var batch = Math.Min(settings.BatchSize, pairs.Count);
        _images = [.. Enumerable.Range(0, batch).Select(_ => new float[Adapter.Dimensions])];
        _steps = [.. Enumerable.Range(0, batch).Select(_ => new float[Adapter.Dimensions])];
    }

    /// <summary>As it stands after the epochs so far.</summary>
    public LinearAdapter Adapter { get; }

    /// <summary>Sees every pair once.</summary>
    /// <returns>The mean loss of the batches, each before its step, without the part of the L2.</returns>
    public double RunEpoch(int epoch, CancellationToken cancellationToken)
    {
        var order = Enumerable.Range(0, _pairs.Count).ToArray();
        RandomOrder.Shuffle(order, _seed + (ulong)epoch);
        var loss = 0.0;
        foreach (var batch in order.Chunk(_settings.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var place = 0; place < batch.Length; place++)
            {
                loss += Differentiate(batch, place);
            }

            Step(batch);
        }

        return loss / _pairs.Count;
    }

    /// <summary>The loss of one pair; leaves the gradient by its image in <see cref="_steps"/>.</summary>
    private double Differentiate(int[] batch, int place)
    {
        var (pair, image, step) = (_pairs[batch[place]], _images[place], _steps[place]);
        Adapter.Multiply(pair.Query, image);
        var length = MathF.Sqrt(Vectors.Dot(image, image));
        step.AsSpan().Clear();
        if (length == 0)
        {
            return 0;
        }

        Vectors.Normalize(image);
        var logits = new double[batch.Length];
        for (var other = 0; other < batch.Length; other++)
        {
            var isOwn = other != place && pair.Passages.Contains(_pairs[batch[other]].Passage);
            logits[other] = isOwn ? double.NegativeInfinity : Vectors.Dot(image, _pairs[batch[other]].PassageVector) / _settings.Temperature;
        }

        var highest = logits.Max();
        var sum = logits.Sum(logit => Math.Exp(logit - highest));
        for (var other = 0; other < batch.Length; other++)
        {
            var weight = (Math.Exp(logits[other] - highest) / sum) - (other == place ? 1 : 0);
            Add(step, _pairs[batch[other]].PassageVector, (float)(weight / _settings.Temperature));
        }

        // The part along the image changes its length only, which the cosine does not see.
        Add(step, image, -Vectors.Dot(image, step));
        foreach (ref var value in step.AsSpan())
        {
            value /= length;
        }

        return Math.Log(sum) - (logits[place] - highest);
    }

    private void Step(int[] batch)
    {
        var (rate, decay) = (_settings.LearningRate / batch.Length, _settings.LearningRate * _settings.L2);
        for (var row = 0; row < Adapter.Dimensions; row++)
        {
            var weights = Adapter.Row(row);
            var diagonal = weights[row];
            foreach (ref var weight in weights)
            {
                weight -= decay * weight;
            }

            weights[row] = diagonal - (decay * (diagonal - 1));
            for (var place = 0; place < batch.Length; place++)
            {
                Add(weights, _pairs[batch[place]].Query, -rate * _steps[place][row]);
            }
        }
    }

    /// <summary>Adds a multiple of a vector to another, by SIMD.</summary>
    private static void Add(Span<float> target, ReadOnlySpan<float> source, float factor)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(target);
        var from = MemoryMarshal.Cast<float, Vector<float>>(source);
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] += from[i] * factor;
        }

        for (var i = wide.Length * Vector<float>.Count; i < target.Length; i++)
        {
            target[i] += source[i] * factor;
        }
    }
}

/// <summary>A query with one of its answers, embedded.</summary>
/// <param name="Query">The query's vector.</param>
/// <param name="Passage">Which passage it is; equal ones have equal names.</param>
/// <param name="PassageVector">The passage's vector, of length 1.</param>
/// <param name="Passages">Every passage that answers the query.</param>
internal sealed record EmbeddedPair(float[] Query, string Passage, float[] PassageVector, IReadOnlySet<string> Passages);
