// What a person types or picks on the picture, turned into what the API takes, and back.

const MONTHS = [
  "jan gen ene", "feb fev fév", "mar mär mrz maa", "apr avr abr", "may mai mag mei", "jun juin giu",
  "jul juil lug", "aug aou aoû ago", "sep set", "oct okt ott out", "nov", "dec dez dic déc",
].map((names) => names.split(" "));

// How the page writes 0.5; either sign is understood.
const DECIMAL_SIGN = showDecimals(0.5, 1).charAt(1);

const KINDS = {
  text: { read: readText, show: (value) => value ?? "", example: "" },
  choice: { read: readText, show: (value) => value ?? "", example: "" },
  day: { read: readDay, show: showDay, example: t("Write the date as day/month/year.") },
  clock: { read: readClock, show: (value) => value ?? "", example: t("Write the time as 18:42.") },
  money: { read: (text) => readNumber(text, 2), show: (value) => showNumber(value, 2), example: t("Write an amount, such as 17.54.") },
  price: { read: (text) => readNumber(text, 3), show: (value) => showNumber(value, 2), example: t("Write a price, such as 1.499.") },
  rebate: { read: (text) => readNumber(text, 2), show: (value) => (value ? showNumber(value, 2) : ""), example: t("Write an amount, such as 1.50.") },
  number: { read: (text) => readNumber(text, 3), show: (value) => showNumber(value, 0), example: t("Write a number, such as 1.5.") },
  code: { read: readCode, show: (value) => value ?? "", example: t("Write the three letters of a currency, such as EUR.") },
};

/** The value in `text`, null where it is empty; undefined where it cannot be understood. */
function readValue(kind, text) {
  return text.trim() === "" ? null : KINDS[kind].read(text.trim());
}

function showValue(kind, value) {
  return value === null || value === undefined ? "" : KINDS[kind].show(value);
}

function readText(text) {
  return text.replace(/\s+/g, " ");
}

function readCode(text) {
  return /^[a-z]{3}$/i.test(text) ? text.toUpperCase() : undefined;
}

/** 1.234,56 and 1,234.56 are one number; three digits behind a lone sign are decimals where few are usual. */
function readNumber(text, decimals) {
  const found = text.replace(/(\d)[\s\u00a0\u202f'’](?=\d{3}(?!\d))/g, "$1").match(/[-−]?\d[\d.,]*-?/);
  if (!found) return undefined;
  const minus = /^[-−]|-$/.test(found[0]) ? -1 : 1;
  const digits = found[0].replace(/[-−]/g, "").replace(/[.,]$/, "");
  const last = Math.max(digits.lastIndexOf("."), digits.lastIndexOf(","));
  const behind = last < 0 ? "" : digits.slice(last + 1);
  const sign = digits[last];
  const isGrouping = behind.length === 3
    && (digits.indexOf(sign) !== last || (decimals < 3 && !digits.startsWith("0")));
  const whole = (last < 0 || isGrouping ? digits : digits.slice(0, last)).replace(/[.,]/g, "");
  const value = minus * Number(`${whole || 0}.${isGrouping ? 0 : behind || 0}`);
  return Number.isFinite(value) ? value : undefined;
}

function showNumber(value, decimals) {
  const shortest = String(value);
  const printed = (shortest.split(".")[1] ?? "").length;
  return (printed > decimals ? shortest : value.toFixed(decimals)).replace(".", DECIMAL_SIGN);
}

function readDay(text) {
  const iso = text.match(/(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})/);
  if (iso) return composeDay(iso[1], iso[2], iso[3]);
  const figures = text.match(/(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})(?!\d)/);
  if (figures) {
    const [, first, second, year] = figures;
    return Number(second) > 12 ? composeDay(year, first, second) : composeDay(year, second, first);
  }
  const words = text.match(/(\d{1,2})\s*[-. ]?\s*([a-zäéû]{3,})[a-z.]*[-., ]*(\d{4}|\d{2})(?!\d)/i);
  const turned = text.match(/([a-zäéû]{3,})\.?\s+(\d{1,2}),?\s+(\d{4})/i);
  if (words) return composeDay(words[3], monthOf(words[2]), words[1]);
  return turned ? composeDay(turned[3], monthOf(turned[1]), turned[2]) : undefined;
}

function monthOf(name) {
  const start = name.toLowerCase();
  return 1 + MONTHS.findIndex((names) => names.some((one) => start.startsWith(one)));
}

function composeDay(year, month, day) {
  const full = Number(year) < 100 ? 2000 + Number(year) : Number(year);
  const date = new Date(Date.UTC(full, month - 1, day));
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === Number(day);
  return exists ? date.toISOString().slice(0, 10) : undefined;
}

function showDay(iso) {
  const [year, month, day] = iso.split("-");
  return `${day}/${month}/${year}`;
}

function readClock(text) {
  const found = text.match(/(\d{1,2})\s*[:hH.]\s*(\d{2})(?:[:.](\d{2}))?\s*([ap]\.?m)?/i);
  if (!found) return undefined;
  const afternoon = /^p/i.test(found[4] ?? "") && Number(found[1]) < 12 ? 12 : 0;
  const midnight = /^a/i.test(found[4] ?? "") && Number(found[1]) === 12 ? -12 : 0;
  const hours = Number(found[1]) + afternoon + midnight;
  if (hours > 23 || Number(found[2]) > 59) return undefined;
  return `${String(hours).padStart(2, "0")}:${found[2]}`;
}
