using System.Text.Json;
using System.Text.RegularExpressions;
using LlmGateway.TestKit;
using LlmGateway.Text.Languages;

namespace LlmGateway.Text.Tests;

public sealed partial class LanguageTests
{
    [Theory]
    [InlineData("Where is my card? I have been waiting for a week.", "en")]
    [InlineData("Where do I go to add a new card?", "en")]
    [InlineData("I need to report a stolen card", "en")]
    [InlineData("I see a $1 charge in a transaction.", "en")]
    [InlineData("Why does a cash withdrawal show as pending?", "en")]
    [InlineData("Wo ist meine Karte? Ich warte seit einer Woche auf sie.", "de")]
    [InlineData("Où est ma carte ? Je l'attends depuis une semaine et elle n'est pas là.", "fr")]
    [InlineData("¿Dónde está mi tarjeta? La espero desde hace una semana y no ha llegado.", "es")]
    [InlineData("Waar is mijn kaart? Ik wacht al een week op een brief van de bank.", "nl")]
    [InlineData("Где моя карта? Я жду уже неделю.", "ru")]
    [InlineData("Де моя картка? Я чекаю її вже тиждень.", "uk")]
    [InlineData("カードはどこですか。一週間待っています。", "ja")]
    [InlineData("我的卡在哪里？我已经等了一个星期。", "zh")]
    [InlineData("카드는 어디에 있나요? 일주일째 기다리고 있어요.", "ko")]
    [InlineData("Thẻ của tôi ở đâu? Tôi đã đợi một tuần rồi.", "vi")]
    [InlineData("أين بطاقتي؟ أنا أنتظر منذ أسبوع.", "ar")]
    [InlineData("Πού είναι η κάρτα μου;", "el")]
    public void A_sentence_tells_its_language(string text, string language) => Assert.Equal(language, LanguageGuess.Of(text));

    [Theory]
    [InlineData("")]
    [InlineData("ok")]
    [InlineData("42 + 17 = 59 👍")]
    [InlineData("card_arrival")]
    [InlineData("Bonjour, merci")]
    [InlineData("Anna Kowalska, Jan Novak, Lars Nielsen")]
    [InlineData("{\"intent\": \"card_arrival\", \"score\": 0.9}")]
    public void What_is_too_short_to_tell_has_none(string text) => Assert.Null(LanguageGuess.Of(text));

    [Fact]
    public void Paragraphs_of_XQuAD_are_English()
    {
        var data = SharedData.Find(out var reason);
        Assert.SkipWhen(data is null, reason ?? "");
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(data!, "xquad", "xquad.en.json")));
        var paragraphs = document.RootElement.GetProperty("data").EnumerateArray().SelectMany(article => article.GetProperty("paragraphs").EnumerateArray())
            .Select(paragraph => paragraph.GetProperty("context").GetString()!).ToList();
        Assert.InRange(paragraphs.Count(text => LanguageGuess.Of(text) == "en"), .98 * paragraphs.Count, paragraphs.Count);
    }

    [Theory]
    [InlineData("train.csv", 10_003)]
    [InlineData("test.csv", 3080)]
    public void Questions_of_banking77_are_English_or_too_short_to_tell(string file, int count)
    {
        var data = SharedData.Find(out var reason);
        Assert.SkipWhen(data is null, reason ?? "");
        var languages = Questions(Path.Combine(data!, "banking77", file)).ConvertAll(LanguageGuess.Of);
        var others = languages.Count(language => language is not ("en" or null));
        TestContext.Current.TestOutputHelper?.WriteLine($"{file}: {others} in other languages, {languages.Count(language => language is null)} unknown");
        Assert.Equal(count, languages.Count);
        Assert.InRange(others, 0, .001 * count);
        Assert.InRange(languages.Count(language => language == "en"), .99 * count, count);
    }

    [Fact]
    public void Everyday_sentences_are_told_and_hardly_ever_taken_for_another_language()
    {
        Assert.Equal(LanguageGuess.Known.Order(), EverydaySentences.All.Select(one => one.Language).Order());
        var told = EverydaySentences.All.Select(one => (one.Language, Guesses: Array.ConvertAll(one.Sentences, LanguageGuess.Of))).ToList();
        var misses = told.SelectMany(one => one.Guesses.Where(guess => guess != one.Language).Select(guess => (one.Language, guess))).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine($"{told.Sum(one => one.Guesses.Length)} sentences, not told: {string.Join(' ', misses)}");
        Assert.All(told, one => Assert.True(one.Guesses.Length >= 8));
        Assert.All(told, one => Assert.InRange(one.Guesses.Count(guess => guess == one.Language), .9 * one.Guesses.Length, one.Guesses.Length));
        Assert.InRange(misses.Count, 0, .03 * told.Sum(one => one.Guesses.Length));
        Assert.InRange(misses.Count(miss => miss.guess is not null), 0, 1);
    }

    /// <summary>The first column; its texts may be quoted, and may then hold line ends and doubled quotes.</summary>
    private static List<string> Questions(string file) =>
        [.. QuestionPattern().Matches(File.ReadAllText(file)).Skip(1).Select(match => match.Groups["text"].Value.Replace("\"\"", "\"", StringComparison.Ordinal))];

    [GeneratedRegex("""^(?:"(?<text>(?:[^"]|"")*)"|(?<text>[^",\n]*)),[^,\n]*$""", RegexOptions.Multiline)]
    private static partial Regex QuestionPattern();
}
