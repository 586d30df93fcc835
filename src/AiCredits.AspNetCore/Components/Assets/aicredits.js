import { CreditBalance } from "./credit-balance.js";
import { CreditPacksModal } from "./credit-packs-modal.js";
import { GenerationCostIndicator } from "./generation-cost-indicator.js";
import { ModelRecommendation } from "./model-recommendation.js";
import { CheckoutError, CreditsClient } from "./client.js";
import { client } from "./element.js";
import { setTexts, textKeys } from "./text.js";

/** fetch for paid endpoints: tells the elements what the answer says about credits. */
export const creditsFetch = client.fetch;

/** Where the endpoints are and how they are asked. */
export const configureCredits = (options) => client.configure(options);

/** Asks the server again. */
export const refreshCredits = () => client.refresh();

export { client, setTexts, textKeys, CheckoutError, CreditBalance, CreditPacksModal, CreditsClient, GenerationCostIndicator, ModelRecommendation };
