/** The figures of a user's account, in credits. */
export interface Figures {
  balance: number;
  held: number;
  welcome: number;
  purchased: number;
  lifetimeEarned: number;
  lifetimeSpent: number;
  lowBalance: boolean;
  /** In milliseconds since 1970. */
  nextExpiry: number | null;
}

/** What a guest has left. */
export interface Guest {
  limit: number;
  used: number;
  remaining: number;
  /** In milliseconds since 1970, by the server's clock. */
  resetsAt: number | null;
  windowHours: number;
}

export interface SignUp {
  welcomeCredits: number;
  url: string | null;
}

export interface Model {
  id: string;
  name: string;
  bestFor: string;
  credits: number;
  affordable: boolean;
  runsLeft: number;
  recommended: boolean;
}

export interface Pack {
  id: string;
  name: string;
  credits: number;
  bonusCredits: number;
  price: number;
  currency: string;
  pricePerCredit: number;
  savingsPercent: number;
  bestValue: boolean;
}

/** Why something can't be shown. */
export type Fault = "offline" | "signed-out" | "missing" | "malformed" | "failed";

/** Everything that the page knows; null is what it doesn't know yet. */
export interface Snapshot {
  credits: Figures | null;
  guest: Guest | null;
  signUp: SignUp | null;
  models: Model[] | null;
  packs: Pack[] | null;
  errors: Partial<Record<"credits" | "models" | "packs", Fault>>;
  slow: boolean;
  offline: boolean;
  updatedAt: number | null;
  purchase: { id: string; state: "pending" | "done" | "failed"; credits: number | null } | null;
}

/** A 402: what is missing, and what the balance reaches for. */
export interface CreditsInsufficient {
  type: string;
  title: string;
  detail: string;
  status: number;
  required: number | null;
  available: number | null;
  held: number;
  /** True when credits are only tied up in running generations. */
  retryable: boolean;
  /** In seconds. */
  retryAfter: number | null;
  packsUrl: string | null;
  affordableModels: string[];
}

/** A 429 of the guest limit. */
export interface GuestLimitReached {
  type: string;
  title: string;
  detail: string;
  status: number;
  limit: number | null;
  remaining: number | null;
  resetsAt: number | null;
  retryAfter: number | null;
  signUpUrl: string | null;
  welcomeCredits: number;
}

export interface CreditsChanged {
  credits: Figures | null;
  guest: Guest | null;
  /** The balance, or what the guest had left, before. */
  previous: number | null;
  /** What the call was charged, when that is why. */
  charged: number | null;
  reason: "charge" | "refresh" | "server";
}

export interface CreditsPurchase {
  id: string;
  state: "done" | "failed";
  purchase: unknown;
}

/** What the elements share: asks the server once for all of them, and again when something has changed. */
export class CreditsClient extends EventTarget {
  constructor(options?: { base?: string });
  readonly state: Snapshot;
  readonly base: string;
  configure(options: CreditsSettings): void;
  seed(answers: { credits?: unknown; models?: unknown; packs?: unknown }): void;
  watch(parts: ("credits" | "models" | "packs")[], changed: (snapshot: Snapshot) => void): () => void;
  refresh(): Promise<void>;
  fetch: typeof fetch;
  checkout(packId: string, returnUrl?: string | null): Promise<{ url: string; purchaseId: string | null }>;
  close(): void;
}

export interface CreditsSettings {
  /** Where the endpoints are. Default: where the module came from. */
  base?: string;
  /** Sends what the elements ask for, with an Authorization header for instance. */
  fetch?: typeof fetch;
  /** False opens no stream of server-sent events. */
  events?: boolean;
}

/** Why a checkout could not be opened. */
export class CheckoutError extends Error {
  readonly fault: Fault;
}

/** The one client of the page. */
export const client: CreditsClient;

/** fetch for paid endpoints: tells the elements what the answer says about credits. */
export const creditsFetch: typeof fetch;

/** Where the endpoints are and how they are asked. */
export function configureCredits(options: CreditsSettings): void;

/** Asks the server again. */
export function refreshCredits(): Promise<void>;

export type Text = string | { zero?: string; one?: string; two?: string; few?: string; many?: string; other: string };

/** Adds a language, or replaces some texts of one. */
export function setTexts(language: string, texts: Record<string, Text>): void;

/** The keys that a language may fill. */
export const textKeys: readonly string[];

export class CreditBalance extends HTMLElement {
  mode: "compact" | "full";
  readonly state: "loading" | "error" | "ok" | "low" | "empty" | "guest" | "guest-empty";
}

export class CreditPacksModal extends HTMLElement {
  open: boolean;
  manual: boolean;
  show(reason?: CreditsInsufficient | GuestLimitReached): void;
  close(): void;
}

export class GenerationCostIndicator extends HTMLElement {
  get mode(): "full" | "badge";
  set mode(value: "full" | "badge" | "compact");
  model: string | null;
  count: number;
  cost: number | null;
  readonly state: "loading" | "error" | "unknown" | "sufficient" | "low" | "insufficient" | "guest";
}

export class ModelRecommendation extends HTMLElement {
  value: string | null;
  readonly selectedModel: Model | null;
  count: number;
  name: string;
  disabled: boolean;
  readonly form: HTMLFormElement | null;
  focus(options?: FocusOptions): void;
}

type Theme = "light" | "dark" | "auto";

/** Attributes in JSX that every element has; a framework's own attributes come on top. */
interface CommonAttributes {
  id?: string;
  class?: string;
  className?: string;
  slot?: string;
  part?: string;
  hidden?: boolean;
  lang?: string;
  theme?: Theme;
  ref?: unknown;
  key?: unknown;
}

/** The elements in JSX, for the IntrinsicElements of a framework. */
export interface AiCreditsElements {
  "credit-balance": CommonAttributes & { mode?: "compact" | "full"; "no-buy"?: boolean; "sign-up-url"?: string };
  "credit-packs-modal": CommonAttributes & { open?: boolean; manual?: boolean; "sign-up-url"?: string; "return-url"?: string };
  "generation-cost-indicator": CommonAttributes & { mode?: "full" | "badge" | "compact"; model?: string; count?: number | string; cost?: number | string; for?: string };
  "model-recommendation": CommonAttributes & { name?: string; value?: string; count?: number | string; label?: string; disabled?: boolean };
}

declare global {
  interface HTMLElementTagNameMap {
    "credit-balance": CreditBalance;
    "credit-packs-modal": CreditPacksModal;
    "generation-cost-indicator": GenerationCostIndicator;
    "model-recommendation": ModelRecommendation;
  }

  interface DocumentEventMap {
    "credits-changed": CustomEvent<CreditsChanged>;
    "credits-insufficient": CustomEvent<CreditsInsufficient>;
    "guest-limit-reached": CustomEvent<GuestLimitReached>;
    "credits-purchase": CustomEvent<CreditsPurchase>;
  }

  interface HTMLElementEventMap {
    "credits-buy": CustomEvent<{}>;
    "credits-sign-up": CustomEvent<{ url: string | null }>;
    "credits-checkout": CustomEvent<{ pack: Pack }>;
    "credit-packs-open": CustomEvent<{}>;
    "model-change": CustomEvent<{ value: string | null; model: Model | null }>;
  }

  namespace JSX {
    interface IntrinsicElements extends AiCreditsElements {}
  }
}
