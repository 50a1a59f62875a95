using LlmGateway.TestKit;
using LlmGateway.Text.PersonalData;

namespace LlmGateway.Text.Tests;

/// <summary>What is personal data and what only looks like it. Account and card numbers are those that registries and schemes publish as examples.</summary>
public sealed class PersonalDataTests
{
    private static readonly PersonalDataFinder All = new();

    [Theory]
    [InlineData("mail ann.b+c@mail.example.co.uk!", "EMAIL", "ann.b+c@mail.example.co.uk")]
    [InlineData("jörg@müller.example", "EMAIL", "jörg@müller.example")]
    [InlineData("IBAN DE89 3704 0044 0532 0130 00 IS MINE", "IBAN", "DE89 3704 0044 0532 0130 00")]
    [InlineData("GB29NWBK60161331926819.", "IBAN", "GB29NWBK60161331926819")]
    [InlineData("card 4111 1111 1111 1111", "CARD", "4111 1111 1111 1111")]
    [InlineData("amex 378282246310005", "CARD", "378282246310005")]
    [InlineData("from 192.168.10.7:80", "IP", "192.168.10.7")]
    [InlineData("at 2001:db8::8a2e:370:7334 now", "IP", "2001:db8::8a2e:370:7334")]
    [InlineData("call +49 30 901820 today", "PHONE", "+49 30 901820")]
    [InlineData("call (555) 123-4567", "PHONE", "(555) 123-4567")]
    [InlineData("key sk-proj-abcdefghijklmnop.", "SECRET", "sk-proj-abcdefghijklmnop")]
    [InlineData("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "SECRET", "ghp_abcdefghijklmnopqrstuvwxyz0123456789")]
    [InlineData("a -----BEGIN RSA PRIVATE KEY-----\nMIIE+/=\n-----END RSA PRIVATE KEY-----\n b", "SECRET", "-----BEGIN RSA PRIVATE KEY-----\nMIIE+/=\n-----END RSA PRIVATE KEY-----")]
    public void It_is_found_whole(string text, string kind, string expected)
    {
        var match = Assert.Single(All.Find(text));
        Assert.Equal((kind, expected), (match.Kind, text[match.Start..match.End]));
    }

    [Theory]
    [InlineData("DE88 3704 0044 0532 0130 00")]
    [InlineData("4111 1111 1111 1112")]
    [InlineData("0000 0000 0000 0000")]
    [InlineData("version 1.2.3, at 10:20:30, in std::vector")]
    [InlineData("300.1.2.3")]
    [InlineData("someone @ home, a@b, 12345, 2024-05-06")]
    [InlineData("the task-force met; a sk-short key")]
    public void What_only_looks_like_it_is_not(string text) => Assert.Empty(All.Find(text));

    [Fact]
    public void Kinds_do_not_overlap_and_keep_their_order()
    {
        const string Text = "a@b.example 4111111111111111 10.0.0.1 +49 30 901820 c@d.example";
        var found = All.Find(Text);
        Assert.Equal(["EMAIL", "CARD", "IP", "PHONE", "EMAIL"], found.Select(match => match.Kind));
        Assert.All(found.Zip(found.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
    }

    [Fact]
    public void A_long_text_without_any_is_looked_through_in_time_that_grows_with_it() =>
        Promptly.Do(TimeSpan.FromSeconds(5), () => Assert.Empty(All.Find(new string('a', 200_000) + " - . : @ 1")));
}
