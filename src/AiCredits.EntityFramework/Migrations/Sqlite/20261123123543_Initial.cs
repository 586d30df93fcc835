using System;
using AiCredits.EntityFramework.Schema;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AiCredits.EntityFramework.Migrations.Sqlite
{
    /// <inheritdoc />
    internal sealed partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "ai_credits_account",
                columns: table => new
                {
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    issued = table.Column<long>(type: "INTEGER", nullable: false),
                    available = table.Column<long>(type: "INTEGER", nullable: false),
                    held = table.Column<long>(type: "INTEGER", nullable: false),
                    spent = table.Column<long>(type: "INTEGER", nullable: false),
                    expired = table.Column<long>(type: "INTEGER", nullable: false),
                    revoked = table.Column<long>(type: "INTEGER", nullable: false),
                    debt = table.Column<long>(type: "INTEGER", nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    last_at = table.Column<long>(type: "INTEGER", nullable: false),
                    next_due = table.Column<long>(type: "INTEGER", nullable: true),
                    frozen = table.Column<bool>(type: "INTEGER", nullable: false),
                    welcomed = table.Column<bool>(type: "INTEGER", nullable: false),
                    low = table.Column<bool>(type: "INTEGER", nullable: false),
                    chain_head = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_account", x => x.account_id);
                    table.CheckConstraint("ck_ai_credits_account_closed", "issued = available + held + spent + expired + revoked");
                    table.CheckConstraint("ck_ai_credits_account_debt", "debt = 0 or available = 0");
                    table.CheckConstraint("ck_ai_credits_account_figures", "issued >= 0 and available >= 0 and held >= 0 and spent >= 0 and expired >= 0 and revoked >= 0 and debt >= 0");
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_entry",
                columns: table => new
                {
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    remainder = table.Column<long>(type: "INTEGER", nullable: false),
                    available_after = table.Column<long>(type: "INTEGER", nullable: false),
                    held_after = table.Column<long>(type: "INTEGER", nullable: false),
                    debt_after = table.Column<long>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", nullable: true),
                    request_hash = table.Column<long>(type: "INTEGER", nullable: false),
                    hold_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    grant_id = table.Column<long>(type: "INTEGER", nullable: true),
                    grant_kind = table.Column<int>(type: "INTEGER", nullable: true),
                    slices = table.Column<string>(type: "TEXT", nullable: true),
                    ends_at = table.Column<long>(type: "INTEGER", nullable: true),
                    model = table.Column<string>(type: "TEXT", nullable: true),
                    description = table.Column<string>(type: "TEXT", nullable: true),
                    actor = table.Column<string>(type: "TEXT", nullable: true),
                    reference = table.Column<string>(type: "TEXT", nullable: true),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_entry", x => new { x.account_id, x.seq });
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_event",
                columns: table => new
                {
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    due_at = table.Column<long>(type: "INTEGER", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    body = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_event", x => new { x.account_id, x.seq, x.name });
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_generation",
                columns: table => new
                {
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    generation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: false),
                    outcome = table.Column<int>(type: "INTEGER", nullable: true),
                    model = table.Column<string>(type: "TEXT", nullable: false),
                    count = table.Column<int>(type: "INTEGER", nullable: false),
                    price = table.Column<long>(type: "INTEGER", nullable: false),
                    price_version = table.Column<string>(type: "TEXT", nullable: false),
                    prompt = table.Column<string>(type: "TEXT", nullable: true),
                    prompt_expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    charged = table.Column<long>(type: "INTEGER", nullable: false),
                    released = table.Column<long>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    provider_request_id = table.Column<string>(type: "TEXT", nullable: true),
                    provider_cost = table.Column<long>(type: "INTEGER", nullable: true),
                    provider_currency = table.Column<string>(type: "TEXT", nullable: true),
                    first_seq = table.Column<long>(type: "INTEGER", nullable: false),
                    last_seq = table.Column<long>(type: "INTEGER", nullable: false),
                    request_hash = table.Column<long>(type: "INTEGER", nullable: false),
                    available_after = table.Column<long>(type: "INTEGER", nullable: false),
                    held_after = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_generation", x => new { x.account_id, x.generation_id });
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_grant",
                columns: table => new
                {
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    grant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    available = table.Column<long>(type: "INTEGER", nullable: false),
                    held = table.Column<long>(type: "INTEGER", nullable: false),
                    spent = table.Column<long>(type: "INTEGER", nullable: false),
                    expired = table.Column<long>(type: "INTEGER", nullable: false),
                    revoked = table.Column<long>(type: "INTEGER", nullable: false),
                    taken_back = table.Column<long>(type: "INTEGER", nullable: false),
                    priority = table.Column<int>(type: "INTEGER", nullable: false),
                    granted_at = table.Column<long>(type: "INTEGER", nullable: false),
                    effective_at = table.Column<long>(type: "INTEGER", nullable: true),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    models = table.Column<string>(type: "TEXT", nullable: true),
                    reference = table.Column<string>(type: "TEXT", nullable: true),
                    pending = table.Column<bool>(type: "INTEGER", nullable: false),
                    live = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_grant", x => new { x.account_id, x.grant_id });
                    table.CheckConstraint("ck_ai_credits_grant_closed", "pending or amount = available + held + spent + expired + revoked");
                    table.CheckConstraint("ck_ai_credits_grant_figures", "amount >= 0 and available >= 0 and held >= 0 and spent >= 0 and expired >= 0 and revoked >= 0 and taken_back >= 0");
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_guest_claim",
                columns: table => new
                {
                    guest_id = table.Column<string>(type: "TEXT", nullable: false),
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    claimed_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_guest_claim", x => x.guest_id);
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_guest_generation",
                columns: table => new
                {
                    generation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    guest_id = table.Column<string>(type: "TEXT", nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: false),
                    outcome = table.Column<int>(type: "INTEGER", nullable: true),
                    model = table.Column<string>(type: "TEXT", nullable: false),
                    count = table.Column<int>(type: "INTEGER", nullable: false),
                    price = table.Column<long>(type: "INTEGER", nullable: false),
                    price_version = table.Column<string>(type: "TEXT", nullable: false),
                    prompt = table.Column<string>(type: "TEXT", nullable: true),
                    prompt_expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: false),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    provider_request_id = table.Column<string>(type: "TEXT", nullable: true),
                    provider_cost = table.Column<long>(type: "INTEGER", nullable: true),
                    provider_currency = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_guest_generation", x => x.generation_id);
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_guest_use",
                columns: table => new
                {
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    use_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    count = table.Column<int>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_guest_use", x => new { x.subject, x.use_id });
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_guest_window",
                columns: table => new
                {
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    opened_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_guest_window", x => x.subject);
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_hold",
                columns: table => new
                {
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    hold_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    captured = table.Column<long>(type: "INTEGER", nullable: false),
                    slices = table.Column<string>(type: "TEXT", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    on_expiry = table.Column<int>(type: "INTEGER", nullable: false),
                    request_hash = table.Column<long>(type: "INTEGER", nullable: false),
                    entry_seq = table.Column<long>(type: "INTEGER", nullable: false),
                    held_at = table.Column<long>(type: "INTEGER", nullable: false),
                    available_after = table.Column<long>(type: "INTEGER", nullable: false),
                    held_after = table.Column<long>(type: "INTEGER", nullable: false),
                    model = table.Column<string>(type: "TEXT", nullable: false),
                    count = table.Column<int>(type: "INTEGER", nullable: false),
                    price = table.Column<long>(type: "INTEGER", nullable: false),
                    price_version = table.Column<string>(type: "TEXT", nullable: false),
                    prompt = table.Column<string>(type: "TEXT", nullable: true),
                    prompt_expires_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_hold", x => new { x.account_id, x.hold_id });
                    table.CheckConstraint("ck_ai_credits_hold_figures", "amount >= 0 and captured >= 0");
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_refusal",
                columns: table => new
                {
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    request_hash = table.Column<long>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    frozen = table.Column<bool>(type: "INTEGER", nullable: false),
                    required = table.Column<long>(type: "INTEGER", nullable: false),
                    available = table.Column<long>(type: "INTEGER", nullable: false),
                    held = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_refusal", x => new { x.account_id, x.key });
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_response",
                columns: table => new
                {
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    request_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    until = table.Column<long>(type: "INTEGER", nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: true),
                    headers = table.Column<string>(type: "TEXT", nullable: true),
                    body = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_response", x => new { x.account_id, x.key });
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_setting",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_setting", x => x.name);
                });

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_entry_key",
                table: "ai_credits_entry",
                columns: new[] { "account_id", "key" },
                unique: true,
                filter: "key is not null");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_event_due",
                table: "ai_credits_event",
                column: "due_at");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_generation_prompt",
                table: "ai_credits_generation",
                column: "prompt_expires_at",
                filter: "prompt is not null");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_grant_effective",
                table: "ai_credits_grant",
                column: "effective_at",
                filter: "pending");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_grant_expires",
                table: "ai_credits_grant",
                column: "expires_at",
                filter: "live and expires_at is not null");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_grant_live",
                table: "ai_credits_grant",
                column: "account_id",
                filter: "live");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_guest_claim_account",
                table: "ai_credits_guest_claim",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_guest_generation_guest",
                table: "ai_credits_guest_generation",
                columns: new[] { "guest_id", "generation_id" });

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_guest_generation_prompt",
                table: "ai_credits_guest_generation",
                column: "prompt_expires_at",
                filter: "prompt is not null");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_guest_generation_running",
                table: "ai_credits_guest_generation",
                column: "lease_until",
                filter: "ended_at is null");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_guest_window_opened",
                table: "ai_credits_guest_window",
                column: "opened_at");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_hold_expires",
                table: "ai_credits_hold",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_response_until",
                table: "ai_credits_response",
                column: "until");

            migrationBuilder.Sql(AppendOnlyGuard.Sqlite);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ai_credits_account");

            migrationBuilder.DropTable(
                name: "ai_credits_entry");

            migrationBuilder.DropTable(
                name: "ai_credits_event");

            migrationBuilder.DropTable(
                name: "ai_credits_generation");

            migrationBuilder.DropTable(
                name: "ai_credits_grant");

            migrationBuilder.DropTable(
                name: "ai_credits_guest_claim");

            migrationBuilder.DropTable(
                name: "ai_credits_guest_generation");

            migrationBuilder.DropTable(
                name: "ai_credits_guest_use");

            migrationBuilder.DropTable(
                name: "ai_credits_guest_window");

            migrationBuilder.DropTable(
                name: "ai_credits_hold");

            migrationBuilder.DropTable(
                name: "ai_credits_refusal");

            migrationBuilder.DropTable(
                name: "ai_credits_response");

            migrationBuilder.DropTable(
                name: "ai_credits_setting");
        }
    }
}
