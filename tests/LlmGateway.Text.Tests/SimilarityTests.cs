using CsCheck;
using LlmGateway.Text.Similarity;

namespace LlmGateway.Text.Tests;

public sealed class SimilarityTests
{
    [Fact]
    public void Words_are_lower_case_without_punctuation_or_possessives() =>
        Assert.Equal(["my", "card", "pin", "is", "1234"], Words.Of("My card's PIN, is: 1234!"));

    [Fact]
    public void N_grams_mark_the_ends_of_words() =>
        Assert.Equal(["<ca", "cat", "at>"], NGrams.OfCharacters("cat", 3));

    [Fact]
    public void A_word_and_its_inflections_have_one_stem()
    {
        Assert.Equal("trans", Words.Stem("transfers"));
        Assert.Equal("trans", Words.Stem("transferred"));
        Assert.Equal("card", Words.Stem("cards"));
        Assert.Equal("pass", Words.Stem("pass"));
        Assert.Equal("is", Words.Stem("is"));
    }

    [Fact]
    public void A_feature_hash_is_the_same_in_every_process()
    {
        Assert.Equal(FeatureHash.Of("card", 'w'), FeatureHash.Of("card", 'w'));
        Assert.NotEqual(FeatureHash.Of("card", 'w'), FeatureHash.Of("card", 'c'));
    }

    [Fact]
    public void The_dot_product_agrees_with_the_plain_sum() =>
        Gen.Float[-10, 10].Array[0, 70].Sample(a =>
        {
            var b = a.Select(x => 1 - x).ToArray();
            var expected = a.Zip(b, (x, y) => (double)x * y).Sum();
            return Math.Abs(Vectors.Dot(a, b) - expected) < 0.01;
        });

    [Fact]
    public void Cosine_is_one_with_itself_and_zero_with_nothing()
    {
        float[] v = [3, 4];
        Assert.Equal(1f, Vectors.Cosine(v, v), 5);
        Assert.Equal(0f, Vectors.Cosine(v, [0, 0]));
        Vectors.Normalize(v);
        Assert.Equal([0.6f, 0.8f], v);
    }
}
