using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Datasets.Storage.PostgresMigrations
{
    /// <inheritdoc />
    public partial class PromptMessages : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "prompt_messages",
                table: "inferences",
                type: "integer",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "prompt_messages",
                table: "inferences");
        }
    }
}
