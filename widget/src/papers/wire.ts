/** What the page and the bot tell each other (docs/architecture.md section 5, the upload page). */

export interface HandedFile {
  name: string;
  size: number;
  handed_in: string;
}

export interface Paper {
  code: string;
  name: string;
  hint: string;
  later: boolean;
  missing: boolean;
  /** What exactly is missing, in the utility's words; empty when nothing is. */
  asked: string;
  files: HandedFile[];
}

export interface Sheet {
  application_no: string;
  business_type: string;
  account_tail: string;
  status: string;
  status_name: string;
  open: boolean;
  /** It waits for the customer: a draft, or sent back for papers. */
  waiting: boolean;
  /** Everything that is needed first is there. */
  ready: boolean;
  submitted: boolean;
  limit_workdays: number | null;
  due: string | null;
  next_step: string;
  papers: Paper[];
  most_bytes: number;
}

export interface Problem {
  code: string;
  /** Trying the same again may help. */
  retryable: boolean;
  most?: number;
  missing?: string[];
  checks?: { text: string; do: string }[];
}
