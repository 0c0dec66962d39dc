/** The few words outside the frame, in each language: the launcher loads nothing, so it brings them all. */

import { launcher as chinese } from "../locales/zh-CN.json";
import { launcher as traditional } from "../locales/zh-TW.json";
import { launcher as english } from "../locales/en.json";
import type { Language } from "../locales/languages";

export type LauncherWords = typeof chinese;

export const WORDS: Record<Language, LauncherWords> = { "zh-CN": chinese, "zh-TW": traditional, en: english };
