import { existsSync } from "node:fs";

const file = new URL(".env", import.meta.url);
if (existsSync(file)) process.loadEnvFile(file); // variables that are already set take precedence

const missing = ["TRACKLINE_URL", "WEBHOOK_SECRET", "API_KEY", "MONGODB_URI"].filter((name) => !process.env[name]);
if (missing.length) {
  console.error(`Missing in .env: ${missing.join(", ")}. See README.md.`);
  process.exit(2);
}

export const { TRACKLINE_URL, WEBHOOK_SECRET, API_KEY, MONGODB_URI, PORT = "3000" } = process.env;
