// The web client: Hydrogen as it is, which after signing in opens the encrypted chat with the bot that config.json names.
import {
  FeatureSet, Platform, RoomType, RootViewModel, createNavigation, createRouter,
} from "hydrogen-view-sdk";
import "hydrogen-view-sdk/theme-element-light.css";
import "./page.css";

const assetPaths = {
  downloadSandbox: "assets/download-sandbox.html",
  worker: "assets/worker.js",
  olm: { wasm: "assets/olm.wasm", legacyBundle: "assets/olm_legacy.js", wasmBundle: "assets/olm.js" },
  serviceWorker: "sw.js",
};

/** Go to the direct chat with the bot; make it, encrypted, if there is none. A link to another room is left alone. */
async function openChat({ session }, navigation, bot) {
  if (!bot || bot === session.userId || navigation.path.get("room")) return;
  const known = session.findDirectMessageForUserId(bot);
  const room = known ?? (await session.createRoom({ type: RoomType.DirectMessage, invites: [bot], isEncrypted: true }));
  navigation.push("room", room.roomId ?? room.id); // a room just made has both, and the first holds
}

async function start(container) {
  const platform = new Platform({ container, assetPaths, configURL: "config.json", options: { development: false } });
  await platform.init();
  const features = await FeatureSet.load(platform.settingsStorage);
  const navigation = createNavigation();
  platform.setNavigation(navigation);
  const urlRouter = createRouter({ navigation, history: platform.history });
  urlRouter.attach();
  const root = new RootViewModel({ platform, urlRouter, navigation, features });
  let shown = null;
  root.on("change", () => {
    const session = root.sessionViewModel;
    if (session && session !== shown) openChat(session.options.client, navigation, platform.config.bot);
    shown = session;
  });
  await root.load();
  platform.createAndMountRootView(root);
}

start(document.body).catch((error) => {
  console.error(error);
  document.body.textContent = `网页客户端没能启动：${error.message}。请刷新；仍不行请联系管理员。`;
});
