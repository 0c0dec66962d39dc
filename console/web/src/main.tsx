import "./styles/tokens.css";

import { createRoot } from "react-dom/client";

import { AppearanceProvider } from "./appearance/appearance";
import { App } from "./components/App/App";
import { LocaleProvider } from "./locale/locale";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

createRoot(root).render(
  <AppearanceProvider>
    <LocaleProvider>
      <App />
    </LocaleProvider>
  </AppearanceProvider>,
);
