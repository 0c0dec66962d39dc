/** Gives the customer the conversation as a file. */

import type { ChatConnection } from "../connection/chat_connection";
import { codeOf } from "../connection/records";

/** Saves it under a name; gives the code of what went wrong, or null. */
export async function saveTranscript({ records }: ChatConnection, name: string): Promise<string | null> {
  try {
    saveFile(await records.transcript(), `${name}.txt`);
    return null;
  } catch (error) {
    return codeOf(error);
  }
}

/** Saves a file by the way every browser knows. */
function saveFile(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has begun to read it once the click is over.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
