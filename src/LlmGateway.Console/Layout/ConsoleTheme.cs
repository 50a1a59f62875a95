using MudBlazor;

namespace LlmGateway.Console.Layout;

/// <summary>Colours and type, dark and light. Every text reaches a contrast of 4.5 to 1 on what it stands on.</summary>
internal static class ConsoleTheme
{
    private static readonly string[] Sans = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "DejaVu Sans", "Arial", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#3b4fc4",
            Secondary = "#9c1f62",
            Tertiary = "#0b6e5f",
            Info = "#0b62a8",
            Success = "#1c6e33",
            Warning = "#8a5100",
            Error = "#b3261e",
            Background = "#f7f8fb",
            Surface = "#ffffff",
            AppbarBackground = "#ffffff",
            AppbarText = "#1c2233",
            DrawerBackground = "#ffffff",
            DrawerText = "#2c3448",
            DrawerIcon = "#4a5470",
            TextPrimary = "#1c2233",
            TextSecondary = "#4f586e",
            TextDisabled = "#6b7388",
            Divider = "#dfe3ec",
            LinesDefault = "#dfe3ec",
            TableLines = "#e5e8f0",
            TableHover = "#f0f2f9",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#a8b4ff",
            PrimaryContrastText = "#12162a",
            Secondary = "#ff9fce",
            SecondaryContrastText = "#2a0d1c",
            Tertiary = "#6fdcc7",
            TertiaryContrastText = "#06231e",
            Info = "#8cc8ff",
            InfoContrastText = "#06203a",
            Success = "#86d99b",
            SuccessContrastText = "#07240f",
            Warning = "#f5c26b",
            WarningContrastText = "#2b1c00",
            Error = "#ffb0a8",
            ErrorContrastText = "#3a0804",
            Background = "#12151f",
            Surface = "#1a1e2b",
            AppbarBackground = "#1a1e2b",
            AppbarText = "#e8ebf5",
            DrawerBackground = "#1a1e2b",
            DrawerText = "#d4d9e8",
            DrawerIcon = "#aab3cc",
            TextPrimary = "#e8ebf5",
            TextSecondary = "#b3bbd1",
            TextDisabled = "#8c95ad",
            Divider = "#2e3447",
            LinesDefault = "#2e3447",
            TableLines = "#2a3042",
            TableHover = "#222738",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Sans, FontSize = "0.9rem" },
            H1 = new H1Typography { FontFamily = Sans, FontSize = "1.5rem", FontWeight = "650", LineHeight = "1.3" },
            H2 = new H2Typography { FontFamily = Sans, FontSize = "1.1rem", FontWeight = "650", LineHeight = "1.4" },
            H3 = new H3Typography { FontFamily = Sans, FontSize = "0.95rem", FontWeight = "650", LineHeight = "1.4" },
            Body1 = new Body1Typography { FontFamily = Sans, FontSize = "0.9rem" },
            Body2 = new Body2Typography { FontFamily = Sans, FontSize = "0.85rem" },
            Button = new ButtonTypography { FontFamily = Sans, TextTransform = "none", FontWeight = "600" },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px", DrawerWidthLeft = "232px", AppbarHeight = "52px" },
    };
}
