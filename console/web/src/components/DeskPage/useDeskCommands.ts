/** The keys of the workplace itself: through the lists, to who needs an answer, between its regions. */
import { useCommand, type Command } from "../../commands/commands";
import { unreadOf, type DeskState } from "../../state/model";
import { longestWaiting, neighbour, type ListView, type Tab } from "../SideList/listView";

export interface DeskHands {
  open(id: string): void;
  acceptFirst(): void;
  setTab(tab: Tab): void;
  togglePalette(): void;
  toggleHelp(): void;
}

const TABS: readonly Tab[] = ["queue", "mine", "all"];
const REGIONS = ["list", "log", "aside", "top"] as const;
const DIGITS = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

export function useDeskCommands(state: DeskState, view: ListView, hands: DeskHands): void {
  const go = (id: string | null | undefined) => {
    if (id) hands.open(id);
  };
  const tabs = TABS.slice(0, state.me.role === "supervisor" ? 3 : 2);
  const turn = (step: 1 | -1) => hands.setTab(tabs[(tabs.indexOf(view.tab) + step + tabs.length) % tabs.length]!);
  const list = (id: string, keys: string, run: () => void): Command => ({ id: `list.${id}`, titleKey: `command.${id}`, group: "list", keys, run });
  const sight = (id: string, keys: string, run: () => void): Command => ({ id: `view.${id}`, titleKey: `command.${id}`, group: "view", keys, run });

  useCommand(list("accept_first", "Alt+KeyQ", hands.acceptFirst));
  useCommand(list("up", "Alt+ArrowUp", () => go(neighbour(view.ids, state.openId, -1))));
  useCommand(list("down", "Alt+ArrowDown", () => go(neighbour(view.ids, state.openId, 1))));
  useCommand(list("unread", "Alt+KeyU", () => go(nextUnread(state))));
  useCommand(list("longest", "Alt+KeyW", () => go(longestWaiting(state, performance.now()))));
  useCommand(list("tab_before", "Alt+BracketLeft", () => turn(-1)));
  useCommand(list("tab_after", "Alt+BracketRight", () => turn(1)));
  useCommand(list("find", "/", () => focusOn('[data-testid="search"] input, input[data-testid="search"]')));
  useCommand(sight("palette", "Ctrl+KeyK", hands.togglePalette));
  useCommand(sight("help", "?", hands.toggleHelp));
  useCommand(sight("region", "F6", nextRegion));
  useDigits((place) => go(view.ids[place]));
}

/** Alt+1 to Alt+9: the places of the list. Only the first is told in the help; the others are like it. */
function useDigits(open: (place: number) => void): void {
  const digit = (number: number): Command => ({
    id: `list.digit_${number}`,
    titleKey: "command.digit",
    group: "list",
    keys: `Alt+Digit${number}`,
    unlisted: number > 1,
    run: () => open(number - 1),
  });
  // A fixed list: the order of hooks never changes.
  for (const number of DIGITS) useCommand(digit(number));
}

function nextUnread(state: DeskState): string | undefined {
  return (state.mine ?? []).find((one) => one.id !== state.openId && unreadOf(state, one) > 0)?.id;
}

function focusOn(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
}

/** F6, as in every program with panes: the first thing to press in the next region. */
function nextRegion(): void {
  const here = REGIONS.findIndex((name) => document.activeElement?.closest(`[data-region="${name}"]`));
  for (let step = 1; step <= REGIONS.length; step += 1) {
    const name = REGIONS[(here + step) % REGIONS.length];
    const region = document.querySelector<HTMLElement>(`[data-region="${name}"]`);
    const target = region?.tabIndex === 0 ? region : region?.querySelector<HTMLElement>("button, input, a[href], [tabindex='0']");
    if (!target) continue;
    target.focus();
    return;
  }
}
